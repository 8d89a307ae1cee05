import { type AttributeTable, wholeNumber } from '../topics/attributes.js';

/**
 * What consumer groups may carry. The attributes of lite topics are not among them: there are none here.
 *
 * Source  RocketMQ SubscriptionGroupAttributes
 */
export const groupAttributes: AttributeTable = new Map([['priority.factor', wholeNumber(true, 0, 100)]]);
