import {
  decodeHeartbeatData,
  encodeGetConsumerListByGroupResponseBody,
} from '../../libs/broker-core/src/protocol/bodies/heartbeat-data.js';
import {
  decodeLockBatchRequestBody,
  encodeLockBatchResponseBody,
} from '../../libs/broker-core/src/protocol/bodies/lock-batch-body.js';
import { encodeRecord, recordLength, type RecordFields } from '../../libs/broker-core/src/protocol/message-record.js';
import {
  createRequest,
  createResponse,
  type ExtFields,
  type RemotingCommand,
} from '../../libs/broker-core/src/protocol/remoting-command.js';
import { RequestCode } from '../../libs/broker-core/src/protocol/request-code.js';
import { ResponseCode } from '../../libs/broker-core/src/protocol/response-code.js';
import type { ManualTime } from '../../libs/broker-core/src/runtime/manual-time.js';

/** A client's end, as far as a broker uses it. */
export interface AskableClient {
  ask(request: RemotingCommand): Promise<RemotingCommand | undefined>;
}

/** Stored messages of one queue; the first is at `firstOffset`. */
interface Queue {
  firstOffset: number;
  readonly records: RecordFields[];
  readonly held: (() => void)[];
}

const HOST = { address: '127.0.0.1', port: 10_911 };

/** A broker in memory: sends, pulls (held while there is nothing), offsets, groups and locks; no files and no rules beyond that. */
export class FakeBroker {
  readonly topics = new Map<string, Queue[]>();
  /** `group topic queueId` → offset. */
  readonly offsets = new Map<string, number>();
  /** group → clientId → its sockets. */
  readonly groups = new Map<string, Map<string, AskableClient>>();
  /** `group topic queueId` → clientId. */
  readonly locks = new Map<string, string>();
  readonly sentBack: ExtFields[] = [];
  /** Copies sent to retry topics; a real broker would deliver them later, or to the dead letters. */
  readonly retries: ExtFields[] = [];

  constructor(
    readonly name: string,
    readonly address: string,
    private readonly time: ManualTime,
  ) {}

  addTopic(topic: string, queues: number): void {
    this.topics.set(
      topic,
      Array.from({ length: queues }, () => ({ firstOffset: 0, records: [], held: [] })),
    );
  }

  /** Lets an empty queue begin at `firstOffset`, as if what lay before it were deleted. */
  beginAt(topic: string, queueId: number, firstOffset: number): void {
    this.#queue(topic, queueId).firstOffset = firstOffset;
  }

  /** Puts a message where a producer could have put it. */
  store(topic: string, queueId: number, body: string, propertiesString = '', reconsumeTimes = 0): void {
    const queue = this.#queue(topic, queueId);
    const now = this.time.now();
    queue.records.push({
      topic,
      queueId,
      flag: 0,
      queueOffset: queue.firstOffset + queue.records.length,
      commitLogOffset: queue.records.length * 1000,
      sysFlag: 0,
      bornTimestamp: now,
      bornHost: HOST,
      storeTimestamp: now,
      storeHost: HOST,
      reconsumeTimes,
      body: Buffer.from(body),
      propertiesString,
    });
    for (const wake of queue.held.splice(0)) wake();
  }

  /** Bodies stored in a topic, queue by queue. */
  bodies(topic: string): string[] {
    return (this.topics.get(topic) ?? []).flatMap(({ records }) => records.map(({ body }) => body.toString()));
  }

  /** Tells every member of the group that its members have changed. */
  notify(group: string): void {
    for (const client of this.groups.get(group)?.values() ?? []) {
      void client.ask(createRequest(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, { consumerGroup: group }));
    }
  }

  answer(request: RemotingCommand, client: AskableClient): Promise<RemotingCommand> | RemotingCommand {
    const ext = request.extFields ?? {};
    switch (request.code) {
      case RequestCode.SEND_MESSAGE_V2:
        return this.#send(ext, request.body);
      case RequestCode.PULL_MESSAGE:
      case RequestCode.LITE_PULL_MESSAGE:
        return this.#pull(ext);
      case RequestCode.HEART_BEAT:
        return this.#heartbeat(request.body, client);
      case RequestCode.UNREGISTER_CLIENT:
        return this.#unregister(ext);
      case RequestCode.GET_CONSUMER_LIST_BY_GROUP:
        return this.#members(ext['consumerGroup'] ?? '');
      case RequestCode.QUERY_CONSUMER_OFFSET:
      case RequestCode.UPDATE_CONSUMER_OFFSET:
        return this.#offset(request.code, ext);
      case RequestCode.GET_MAX_OFFSET:
      case RequestCode.GET_MIN_OFFSET:
      case RequestCode.SEARCH_OFFSET_BY_TIMESTAMP:
        return this.#end(request.code, ext);
      case RequestCode.CONSUMER_SEND_MSG_BACK:
        this.sentBack.push(ext);
        return createResponse(ResponseCode.SUCCESS);
      case RequestCode.LOCK_BATCH_MQ:
      case RequestCode.UNLOCK_BATCH_MQ:
        return this.#lock(request);
      default:
        return createResponse(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ` request type ${request.code} not supported`);
    }
  }

  #send(ext: ExtFields, body: Buffer | undefined): RemotingCommand {
    const topic = ext['b'] ?? '';
    if (topic.startsWith('%RETRY%')) {
      this.retries.push(ext);
      return createResponse(ResponseCode.SUCCESS, undefined, { msgId: 'F'.repeat(32), queueId: '0', queueOffset: '0' });
    }
    if (!this.topics.has(topic)) this.addTopic(topic, Number(ext['d']));
    const queueId = Number(ext['e']);
    const queue = this.#queue(topic, queueId);
    this.store(topic, queueId, body?.toString() ?? '', ext['i'] ?? '', Number(ext['j']));
    const queueOffset = String(queue.firstOffset + queue.records.length - 1);
    return createResponse(ResponseCode.SUCCESS, undefined, {
      msgId: 'F'.repeat(32),
      queueId: String(queueId),
      queueOffset,
    });
  }

  #pull(ext: ExtFields): Promise<RemotingCommand> | RemotingCommand {
    const queue = this.#queue(ext['topic'] ?? '', Number(ext['queueId']));
    const from = Number(ext['queueOffset']);
    const end = queue.firstOffset + queue.records.length;
    if (from < queue.firstOffset || from > end) {
      return this.#pulled(
        ResponseCode.PULL_OFFSET_MOVED,
        from < queue.firstOffset ? queue.firstOffset : end,
        queue,
        [],
      );
    }
    const found = queue.records.slice(from - queue.firstOffset, from - queue.firstOffset + Number(ext['maxMsgNums']));
    if (found.length > 0) return this.#pulled(ResponseCode.SUCCESS, from + found.length, queue, found);
    return new Promise((resolve) => {
      const cancel = this.time.after(Number(ext['suspendTimeoutMillis']), () => {
        resolve(this.#pulled(ResponseCode.PULL_NOT_FOUND, from, queue, []));
      });
      queue.held.push(() => {
        cancel();
        resolve(this.#pull(ext));
      });
    });
  }

  #pulled(code: number, next: number, queue: Queue, found: readonly RecordFields[]): RemotingCommand {
    const records = found.map((fields) => {
      const { topic, body, propertiesString, bornHost, storeHost } = fields;
      const target = Buffer.alloc(recordLength({ topic, body, propertiesString, bornHost, storeHost } as RecordFields));
      encodeRecord(fields, target, 0);
      return target;
    });
    const ext = {
      suggestWhichBrokerId: '0',
      nextBeginOffset: String(next),
      minOffset: String(queue.firstOffset),
      maxOffset: String(queue.firstOffset + queue.records.length),
    };
    return createResponse(code, undefined, ext, Buffer.concat(records));
  }

  #heartbeat(body: Buffer | undefined, client: AskableClient): RemotingCommand {
    const { clientID, consumerDataSet } = decodeHeartbeatData(body);
    for (const { groupName } of consumerDataSet) {
      const members = this.groups.get(groupName) ?? new Map<string, AskableClient>();
      this.groups.set(groupName, members);
      const isNew = !members.has(clientID);
      members.set(clientID, client);
      if (isNew) this.notify(groupName);
    }
    return createResponse(ResponseCode.SUCCESS);
  }

  #unregister({ clientID = '', consumerGroup = '' }: ExtFields): RemotingCommand {
    if (this.groups.get(consumerGroup)?.delete(clientID)) this.notify(consumerGroup);
    return createResponse(ResponseCode.SUCCESS);
  }

  #members(group: string): RemotingCommand {
    const consumerIdList = [...(this.groups.get(group)?.keys() ?? [])];
    if (consumerIdList.length === 0)
      return createResponse(ResponseCode.SYSTEM_ERROR, `no consumer for this group, ${group}`);
    return createResponse(
      ResponseCode.SUCCESS,
      undefined,
      undefined,
      encodeGetConsumerListByGroupResponseBody({ consumerIdList }),
    );
  }

  #offset(code: number, ext: ExtFields): RemotingCommand {
    const key = `${ext['consumerGroup']} ${ext['topic']} ${ext['queueId']}`;
    if (code === RequestCode.UPDATE_CONSUMER_OFFSET) {
      this.offsets.set(key, Number(ext['commitOffset']));
      return createResponse(ResponseCode.SUCCESS);
    }
    const offset = this.offsets.get(key);
    if (offset === undefined)
      return createResponse(ResponseCode.QUERY_NOT_FOUND, 'Not found, maybe this group consumer boot first');
    return createResponse(ResponseCode.SUCCESS, undefined, { offset: String(offset) });
  }

  #end(code: number, ext: ExtFields): RemotingCommand {
    const queue = this.#queue(ext['topic'] ?? '', Number(ext['queueId']));
    const since = code === RequestCode.SEARCH_OFFSET_BY_TIMESTAMP ? Number(ext['timestamp']) : undefined;
    const found = since === undefined ? -1 : queue.records.findIndex(({ storeTimestamp }) => storeTimestamp >= since);
    const place = code === RequestCode.GET_MIN_OFFSET ? 0 : found >= 0 ? found : queue.records.length;
    const offset = queue.firstOffset + place;
    return createResponse(ResponseCode.SUCCESS, undefined, { offset: String(offset) });
  }

  #lock({ code, body }: RemotingCommand): RemotingCommand {
    const { consumerGroup, clientId, mqSet } = decodeLockBatchRequestBody(body);
    const keyOf = ({ topic, queueId }: { topic: string; queueId: number }) => `${consumerGroup} ${topic} ${queueId}`;
    if (code === RequestCode.UNLOCK_BATCH_MQ) {
      for (const queue of mqSet) if (this.locks.get(keyOf(queue)) === clientId) this.locks.delete(keyOf(queue));
      return createResponse(ResponseCode.SUCCESS);
    }
    const lockOKMQSet = mqSet.filter((queue) => {
      const key = keyOf(queue);
      if (!this.locks.has(key)) this.locks.set(key, clientId);
      return this.locks.get(key) === clientId;
    });
    return createResponse(ResponseCode.SUCCESS, undefined, undefined, encodeLockBatchResponseBody({ lockOKMQSet }));
  }

  #queue(topic: string, queueId: number): Queue {
    const queue = this.topics.get(topic)?.[queueId];
    if (!queue) throw new Error(`broker ${this.name} has no queue ${queueId} of topic ${topic}`);
    return queue;
  }
}
