import { bodyOf, listOf, mapOf, number, objectOf, type ShapeValue, text } from '../json-shape.js';
import { consumeFromWhereShape, consumeTypeShape, messageModelShape, subscriptionDataShape } from './heartbeat-data.js';

const connectionShape = objectOf({ clientId: text, clientAddr: text, language: text.or('OTHER'), version: number });
/** One client as a broker sees it. RocketMQ: Connection. */
export type ClientConnection = ShapeValue<typeof connectionShape>;

const consumerConnectionShape = objectOf({
  connectionSet: listOf(connectionShape),
  subscriptionTable: mapOf(subscriptionDataShape),
  consumeType: consumeTypeShape,
  messageModel: messageModelShape,
  consumeFromWhere: consumeFromWhereShape,
});
/** A group's members and what they subscribe to: the answer to GET_CONSUMER_CONNECTION_LIST. */
export type ConsumerConnection = ShapeValue<typeof consumerConnectionShape>;
const consumerConnection = bodyOf('ConsumerConnection', consumerConnectionShape);
export const encodeConsumerConnection = consumerConnection.encode;
export const decodeConsumerConnection = consumerConnection.decode;

const producerConnectionShape = objectOf({ connectionSet: listOf(connectionShape) });
/** The answer to GET_PRODUCER_CONNECTION_LIST. */
export type ProducerConnection = ShapeValue<typeof producerConnectionShape>;
const producerConnection = bodyOf('ProducerConnection', producerConnectionShape);
export const encodeProducerConnection = producerConnection.encode;
export const decodeProducerConnection = producerConnection.decode;

const producerTableShape = objectOf({
  data: mapOf(
    listOf(
      objectOf({
        clientId: text,
        remoteIP: text,
        language: text.or('OTHER'),
        version: number,
        lastUpdateTimestamp: number,
      }),
    ),
  ),
});
/** All producers by group: the answer to GET_ALL_PRODUCER_INFO. */
export type ProducerTableInfo = ShapeValue<typeof producerTableShape>;
const producerTable = bodyOf('ProducerTableInfo', producerTableShape);
export const encodeProducerTableInfo = producerTable.encode;
export const decodeProducerTableInfo = producerTable.decode;

const querySubscriptionShape = objectOf({
  group: text,
  topic: text,
  subscriptionData: subscriptionDataShape.optional,
});
/** The answer to QUERY_SUBSCRIPTION_BY_CONSUMER. */
export type QuerySubscriptionResponseBody = ShapeValue<typeof querySubscriptionShape>;
const querySubscription = bodyOf('QuerySubscriptionResponseBody', querySubscriptionShape);
export const encodeQuerySubscriptionResponseBody = querySubscription.encode;
export const decodeQuerySubscriptionResponseBody = querySubscription.decode;
