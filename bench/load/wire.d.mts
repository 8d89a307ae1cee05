import type { Socket } from 'node:net';

/** What a broker answered. */
export interface LoadAnswer {
  readonly code: number;
  readonly remark?: string;
  readonly extFields: Record<string, string>;
  readonly body: Buffer;
}

/** A bare remoting connection: answers are matched by opaque, nothing is retried. */
export declare class LoadConnection {
  constructor(options: { host?: string; port: number; header?: 'json' | 'binary'; onError?: (error: Error) => void });
  readonly socket: Socket;
  readonly inFlight: number;
  readonly unsentBytes: number;
  ready(): Promise<void>;
  request(code: number, extFields: Record<string, string>, body?: Buffer): Promise<LoadAnswer>;
}

export declare const RequestCode: {
  readonly SEND_MESSAGE_V2: 310;
  readonly PULL_MESSAGE: 11;
  readonly GET_MAX_OFFSET: 30;
  readonly UPDATE_AND_CREATE_TOPIC: 17;
};
export declare function sendHeader(
  topic: string,
  queueId: number,
  brokerName?: string,
  topicQueues?: number,
): Record<string, string>;
export declare function pullHeader(
  topic: string,
  queueId: number,
  queueOffset: number,
  suspendMs: number,
): Record<string, string>;
