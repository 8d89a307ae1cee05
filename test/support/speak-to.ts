import { expect } from '@jest/globals';
import { decodeMessages, type RemotingCommand, RequestCode, ResponseCode } from 'rocketmq-broker-core';
import type { UsedBroker } from './use-broker.js';

export const CLIENT_VERSION = 495;

export interface PullOptions {
  readonly queueId?: number;
  readonly group?: string;
  readonly expression?: string;
  readonly suspendMs?: number;
  readonly commitOffset?: number;
  readonly code?: number;
}

/** Fields of SEND_MESSAGE_V2. */
export function sendFields(topic: string, queueId: number, properties = ''): Record<string, string> {
  return {
    a: 'specs',
    b: topic,
    c: 'TBW102',
    d: '4',
    e: String(queueId),
    f: '0',
    g: String(Date.now()),
    h: '7',
    i: properties,
    j: '0',
    k: 'false',
    l: '16',
    m: 'false',
    n: 'broker-a',
  };
}

/** Fields of PULL_MESSAGE. */
export function pullFields(topic: string, offset: number, options: PullOptions = {}): Record<string, string> {
  const { queueId = 0, group = 'spec_group', expression = '*', suspendMs, commitOffset } = options;
  const sysFlag = 4 | (suspendMs === undefined ? 0 : 2) | (commitOffset === undefined ? 0 : 1);
  return {
    consumerGroup: group,
    topic,
    queueId: String(queueId),
    queueOffset: String(offset),
    maxMsgNums: '32',
    sysFlag: String(sysFlag),
    commitOffset: String(commitOffset ?? 0),
    suspendTimeoutMillis: String(suspendMs ?? 0),
    subscription: expression,
    subVersion: '0',
    expressionType: 'TAG',
  };
}

/** One property, as it stands in their string. */
export const property = (name: string, value: string) => `${name}\u0001${value}\u0002`;

/** The bodies of a pull's answer. */
export const texts = (answer: RemotingCommand) =>
  decodeMessages(answer.body ?? Buffer.alloc(0)).map((message) => message.body.toString());

/** The heartbeat of a client with one consumer. */
export const consumer = (clientID: string, groupName: string, topics: readonly string[]) => ({
  clientID,
  consumerDataSet: [
    {
      groupName,
      consumeType: 'CONSUME_PASSIVELY',
      messageModel: 'CLUSTERING',
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      subscriptionDataSet: topics.map((topic) => ({
        topic,
        subString: '*',
        tagsSet: [],
        codeSet: [],
        subVersion: 1,
        expressionType: 'TAG',
        classFilterMode: false,
      })),
      unitMode: false,
    },
  ],
  producerDataSet: [],
  heartbeatFingerprint: 0,
  withoutSub: false,
});

const PATIENCE_MS = 60_000;

/** Looks again until something is there. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come');
}

/** What specs say to a broker again and again, in the words of the protocol. */
export function speakTo(broker: Pick<UsedBroker, 'call'>) {
  async function send(topic: string, text: string, queueId = 0, properties = ''): Promise<RemotingCommand> {
    return broker.call(RequestCode.SEND_MESSAGE_V2, sendFields(topic, queueId, properties), Buffer.from(text));
  }

  async function mustSend(topic: string, text: string, queueId = 0, properties = ''): Promise<RemotingCommand> {
    const answer = await send(topic, text, queueId, properties);
    expect({ code: answer.code, remark: answer.remark }).toEqual({ code: ResponseCode.SUCCESS, remark: undefined });
    return answer;
  }

  function pull(topic: string, offset: number, options: PullOptions = {}): Promise<RemotingCommand> {
    return broker.call(options.code ?? RequestCode.PULL_MESSAGE, pullFields(topic, offset, options));
  }

  function heartbeat(body: object): Promise<RemotingCommand> {
    return broker.call(RequestCode.HEART_BEAT, undefined, Buffer.from(JSON.stringify(body)));
  }

  return { send, mustSend, pull, heartbeat };
}
