import { bodyOf, listOf, mapOf, number, objectOf, oneOf, type ShapeValue, text } from '../json-shape.js';
import { messageQueueShape } from '../message-queue.js';
import { topicConfigShape } from '../topic-config.js';
import { messageModelShape } from './heartbeat-data.js';

const topicConfig = bodyOf('TopicConfig', topicConfigShape);
/** One topic, as GET_TOPIC_CONFIG answers. RocketMQ: TopicConfigAndQueueMapping, without static queues. */
export const encodeTopicConfig = topicConfig.encode;
export const decodeTopicConfig = topicConfig.decode;

const createTopicListShape = objectOf({ topicConfigList: listOf(topicConfigShape) });
/** The body of UPDATE_AND_CREATE_TOPIC_LIST. */
export type CreateTopicListRequestBody = ShapeValue<typeof createTopicListShape>;
const createTopicList = bodyOf('CreateTopicListRequestBody', createTopicListShape);
export const encodeCreateTopicListRequestBody = createTopicList.encode;
export const decodeCreateTopicListRequestBody = createTopicList.decode;

const requestModeShape = oneOf(['PULL', 'POP'], 'PULL');
const queryAssignmentShape = objectOf({
  topic: text,
  consumerGroup: text,
  clientId: text,
  strategyName: text.or('AVG'),
  messageModel: messageModelShape,
});
/** The body of QUERY_ASSIGNMENT: which queues are this client's? */
export type QueryAssignmentRequestBody = ShapeValue<typeof queryAssignmentShape>;
const queryAssignment = bodyOf('QueryAssignmentRequestBody', queryAssignmentShape);
export const encodeQueryAssignmentRequestBody = queryAssignment.encode;
export const decodeQueryAssignmentRequestBody = queryAssignment.decode;

const assignmentShape = objectOf({
  messageQueueAssignments: listOf(
    objectOf({ messageQueue: messageQueueShape, mode: requestModeShape, attachments: mapOf(text).optional }),
  ),
});
/** The answer to QUERY_ASSIGNMENT. */
export type QueryAssignmentResponseBody = ShapeValue<typeof assignmentShape>;
const assignment = bodyOf('QueryAssignmentResponseBody', assignmentShape);
export const encodeQueryAssignmentResponseBody = assignment.encode;
export const decodeQueryAssignmentResponseBody = assignment.decode;

const setRequestModeShape = objectOf({
  topic: text,
  consumerGroup: text,
  mode: requestModeShape,
  popShareQueueNum: number,
});
/** The body of SET_MESSAGE_REQUEST_MODE: whether a group pulls or pops a topic. */
export type SetMessageRequestModeRequestBody = ShapeValue<typeof setRequestModeShape>;
const setRequestMode = bodyOf('SetMessageRequestModeRequestBody', setRequestModeShape);
export const encodeSetMessageRequestModeRequestBody = setRequestMode.encode;
export const decodeSetMessageRequestModeRequestBody = setRequestMode.decode;

const requestModesShape = objectOf({ messageRequestModeMap: mapOf(mapOf(setRequestModeShape)) });
/** topic → group → mode: the file config/messageRequestMode.json. */
export type MessageRequestModeSerializeWrapper = ShapeValue<typeof requestModesShape>;
const requestModes = bodyOf('MessageRequestModeSerializeWrapper', requestModesShape);
export const encodeMessageRequestModeSerializeWrapper = requestModes.encode;
export const decodeMessageRequestModeSerializeWrapper = requestModes.decode;
