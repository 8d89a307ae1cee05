import { bodyOf, boolean, listOf, mapOf, number, objectOf, type ShapeValue, text } from '../json-shape.js';
import { subscriptionGroupConfigShape } from '../subscription-group-config.js';
import { dataVersionShape } from './data-version.js';

const subscriptionGroupWrapperShape = objectOf({
  subscriptionGroupTable: mapOf(subscriptionGroupConfigShape),
  /** group → topic → bits of what is forbidden. */
  forbiddenTable: mapOf(mapOf(number)),
  dataVersion: dataVersionShape,
});

/** Groups: the file config/subscriptionGroup.json, and the answer to GET_ALL_SUBSCRIPTIONGROUP_CONFIG. */
export type SubscriptionGroupWrapper = ShapeValue<typeof subscriptionGroupWrapperShape>;

const wrapper = bodyOf('SubscriptionGroupWrapper', subscriptionGroupWrapperShape);
export const encodeSubscriptionGroupWrapper = wrapper.encode;
export const decodeSubscriptionGroupWrapper = wrapper.decode;

const config = bodyOf('SubscriptionGroupConfig', subscriptionGroupConfigShape);
/** The body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, and the answer to GET_SUBSCRIPTIONGROUP_CONFIG. */
export const encodeSubscriptionGroupConfig = config.encode;
export const decodeSubscriptionGroupConfig = config.decode;

const listShape = objectOf({ groupConfigList: listOf(subscriptionGroupConfigShape) });
/** The body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST. */
export type SubscriptionGroupList = ShapeValue<typeof listShape>;
const list = bodyOf('SubscriptionGroupList', listShape);
export const encodeSubscriptionGroupList = list.encode;
export const decodeSubscriptionGroupList = list.decode;

const forbiddenShape = objectOf({ topic: text, group: text, readable: boolean });
/** The answer to UPDATE_AND_GET_GROUP_FORBIDDEN. */
export type GroupForbidden = ShapeValue<typeof forbiddenShape>;
const forbidden = bodyOf('GroupForbidden', forbiddenShape);
export const encodeGroupForbidden = forbidden.encode;
export const decodeGroupForbidden = forbidden.decode;
