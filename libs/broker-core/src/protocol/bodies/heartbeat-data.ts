import { bodyOf, boolean, listOf, number, objectOf, oneOf, setOf, type ShapeValue, text } from '../json-shape.js';

/**
 * What a consumer wants of one topic.
 *
 * `codeSet` holds the Java hashes of the tags, for filtering by ConsumeQueue; `subVersion` says which of two is newer.
 * Source  RocketMQ SubscriptionData
 */
export const subscriptionDataShape = objectOf({
  classFilterMode: boolean,
  topic: text,
  /** `*`, tags separated by `||`, or an SQL92 expression. */
  subString: text,
  tagsSet: setOf(text),
  codeSet: setOf(number),
  subVersion: number,
  expressionType: text.or('TAG'),
});
export type SubscriptionData = ShapeValue<typeof subscriptionDataShape>;

export const consumeTypeShape = oneOf(['CONSUME_ACTIVELY', 'CONSUME_PASSIVELY', 'CONSUME_POP'], 'CONSUME_PASSIVELY');
/** CONSUME_ACTIVELY pulls, CONSUME_PASSIVELY is pushed to, CONSUME_POP pops. */
export type ConsumeType = ShapeValue<typeof consumeTypeShape>;

export const messageModelShape = oneOf(['BROADCASTING', 'CLUSTERING'], 'CLUSTERING');
export type MessageModel = ShapeValue<typeof messageModelShape>;

export const consumeFromWhereShape = oneOf(
  [
    'CONSUME_FROM_LAST_OFFSET',
    'CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST',
    'CONSUME_FROM_MIN_OFFSET',
    'CONSUME_FROM_MAX_OFFSET',
    'CONSUME_FROM_FIRST_OFFSET',
    'CONSUME_FROM_TIMESTAMP',
  ],
  'CONSUME_FROM_LAST_OFFSET',
);
/** Where a group that has no offset begins; three of them are no longer used. */
export type ConsumeFromWhere = ShapeValue<typeof consumeFromWhereShape>;

const consumerDataShape = objectOf({
  groupName: text,
  consumeType: consumeTypeShape,
  messageModel: messageModelShape,
  consumeFromWhere: consumeFromWhereShape,
  subscriptionDataSet: listOf(subscriptionDataShape),
  unitMode: boolean,
});
/** One consumer group of a client. */
export type ConsumerData = ShapeValue<typeof consumerDataShape>;

const producerDataShape = objectOf({ groupName: text });
/** One producer group of a client. */
export type ProducerData = ShapeValue<typeof producerDataShape>;

const heartbeatDataShape = objectOf({
  clientID: text,
  producerDataSet: listOf(producerDataShape),
  consumerDataSet: listOf(consumerDataShape),
  /** Hash of the rest, in the second kind of heartbeat; 0 in the first. */
  heartbeatFingerprint: number,
  /** The subscriptions are left out, as the broker knows the fingerprint. */
  withoutSub: boolean,
});

/**
 * Who a client is and what it wants: the body of HEART_BEAT.
 *
 * Source  RocketMQ HeartbeatData
 */
export type HeartbeatData = ShapeValue<typeof heartbeatDataShape>;

const heartbeat = bodyOf('HeartbeatData', heartbeatDataShape);
export const encodeHeartbeatData = heartbeat.encode;
export const decodeHeartbeatData = heartbeat.decode;

const checkClientShape = objectOf({
  clientId: text,
  group: text,
  subscriptionData: subscriptionDataShape,
  namespace: text.optional,
});
/** The body of CHECK_CLIENT_CONFIG: does this expression compile? */
export type CheckClientRequestBody = ShapeValue<typeof checkClientShape>;

const checkClient = bodyOf('CheckClientRequestBody', checkClientShape);
export const encodeCheckClientRequestBody = checkClient.encode;
export const decodeCheckClientRequestBody = checkClient.decode;

const consumerListShape = objectOf({ consumerIdList: listOf(text) });
/** The client ids of a group: the answer to GET_CONSUMER_LIST_BY_GROUP. */
export type GetConsumerListByGroupResponseBody = ShapeValue<typeof consumerListShape>;

const consumerList = bodyOf('GetConsumerListByGroupResponseBody', consumerListShape);
export const encodeGetConsumerListByGroupResponseBody = consumerList.encode;
export const decodeGetConsumerListByGroupResponseBody = consumerList.decode;
