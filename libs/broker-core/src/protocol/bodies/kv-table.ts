import { bodyOf, mapOf, objectOf, setOf, type ShapeValue, text } from '../json-shape.js';

const kvTableShape = objectOf({ table: mapOf(text) });

/** Names and values: runtime information, KV configuration of a namespace. */
export type KVTable = ShapeValue<typeof kvTableShape>;

const kvTable = bodyOf('KVTable', kvTableShape);
export const encodeKVTable = kvTable.encode;
export const decodeKVTable = kvTable.decode;

const topicListShape = objectOf({ topicList: setOf(text), brokerAddr: text.optional });

/** Names of topics. */
export type TopicList = ShapeValue<typeof topicListShape>;

const topicList = bodyOf('TopicList', topicListShape);
export const encodeTopicList = topicList.encode;
export const decodeTopicList = topicList.decode;

const groupListShape = objectOf({ groupList: setOf(text) });

/** Names of groups: the answer to QUERY_TOPIC_CONSUME_BY_WHO. */
export type GroupList = ShapeValue<typeof groupListShape>;

const groupList = bodyOf('GroupList', groupListShape);
export const encodeGroupList = groupList.encode;
export const decodeGroupList = groupList.decode;
