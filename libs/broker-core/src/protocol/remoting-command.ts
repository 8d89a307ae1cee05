/** The flat string table of a header: every custom field of a request or response, under its Java name. */
export type ExtFields = { [name: string]: string };

/** How the header of a frame is written; each frame says it in one byte, and an answer echoes its request's. */
export const SerializeType = { JSON: 0, ROCKETMQ: 1 } as const;
/** One of the numbers of {@link SerializeType}. */
export type SerializeType = (typeof SerializeType)[keyof typeof SerializeType];

/**
 * What we say we are: the ordinal of V5_5_0 in Apache's MQVersion. Peers switch features on by it, and clients
 * remember the one in an answer to their heartbeat.
 *
 * Source  RocketMQ 5.5.0 MQVersion#CURRENT_VERSION
 */
export const CURRENT_VERSION = 513;

/** Ordinals of Apache's MQVersion that change behaviour; each names what a peer of that version understands first. */
export const MQVersion = {
  /** A consumer that answers RESET_CONSUMER_CLIENT_OFFSET and GET_CONSUMER_STATUS_FROM_CLIENT. */
  V3_0_7_SNAPSHOT: 28,
  /** REGISTER_BROKER carries a body. */
  V3_0_11: 37,
  /** A client that answers GET_CONSUMER_RUNNING_INFO and CONSUME_MESSAGE_DIRECTLY. */
  V3_1_8_SNAPSHOT: 62,
  /** maxReconsumeTimes in headers is honoured. */
  V3_4_9: 121,
  /** A broker that filters by SQL92. */
  V4_1_0_SNAPSHOT: 232,
  /** A peer that reads standard JSON for routes. */
  V4_9_4: 401,
  /** The compressed register body has a mapping section. */
  V5_0_0: 413,
  V5_5_0: CURRENT_VERSION,
} as const;

/** The name old Java peers can read: NODE_JS is missing from their enumeration and would fail their JSON parser. */
export const LANGUAGE = 'OTHER';

/**
 * One request or response, as it travels.
 *
 * `opaque` pairs a response with its request. `flag` bit 0 says response, bit 1 says one-way. `remark` is for people.
 * `body` may share memory with the bytes it was read from: copy it to keep it.
 *
 * Source  RocketMQ RemotingCommand
 */
export interface RemotingCommand {
  code: number;
  language: string;
  version: number;
  opaque: number;
  flag: number;
  remark: string | undefined;
  extFields: ExtFields | undefined;
  body: Buffer | undefined;
  serializeType: SerializeType;
}

const RESPONSE_FLAG = 1;
const ONE_WAY_FLAG = 2;

/** A request; its `opaque` is 0 until a remoting client gives it one. */
export function createRequest(code: number, extFields?: ExtFields, body?: Buffer): RemotingCommand {
  return {
    code,
    language: LANGUAGE,
    version: CURRENT_VERSION,
    opaque: 0,
    flag: 0,
    remark: undefined,
    extFields,
    body,
    serializeType: SerializeType.JSON,
  };
}

/** A response; remoting gives it the opaque and the serialisation of its request. */
export function createResponse(code: number, remark?: string, extFields?: ExtFields, body?: Buffer): RemotingCommand {
  return {
    code,
    language: LANGUAGE,
    version: CURRENT_VERSION,
    opaque: 0,
    flag: RESPONSE_FLAG,
    remark,
    extFields,
    body,
    serializeType: SerializeType.JSON,
  };
}

/** Whether this command answers another. */
export function isResponse(command: RemotingCommand): boolean {
  return (command.flag & RESPONSE_FLAG) !== 0;
}

/** Whether the sender of this request waits for no answer. */
export function isOneWay(command: RemotingCommand): boolean {
  return (command.flag & ONE_WAY_FLAG) !== 0;
}

/** Marks a request as one that is never answered. */
export function markOneWay(command: RemotingCommand): RemotingCommand {
  command.flag |= ONE_WAY_FLAG;
  return command;
}
