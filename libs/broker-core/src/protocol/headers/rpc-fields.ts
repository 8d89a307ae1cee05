import { boolean, string } from './define-header.js';

/*
 * Fields that most request headers have besides their own, for proxies and static topics; all optional.
 * RocketMQ: RpcRequestHeader, TopicRequestHeader, TopicQueueRequestHeader.
 */

/** `ns` namespace, `nsd` whether names carry it already, `bname` the broker meant, `oway` one-way. */
export const rpcFields = { ns: string.optional, nsd: boolean.optional, bname: string.optional, oway: boolean.optional };

/** `lo`: the queue is a logical one, of a static topic. */
export const topicFields = { ...rpcFields, lo: boolean.optional };
