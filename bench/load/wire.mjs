// A bare remoting client for load: no retries, no routes, one write per turn. Works against any RocketMQ broker.
import net from 'node:net';

const EMPTY = Buffer.alloc(0);
const VERSION = 495;
const LANGUAGE_OTHER = 7;

/** Encodes a JSON header (serializeType 0). */
function jsonHeader(code, extFields, opaque) {
  return Buffer.from(
    JSON.stringify({
      code,
      extFields,
      flag: 0,
      language: 'OTHER',
      opaque,
      serializeTypeCurrentRPC: 'JSON',
      version: VERSION,
    }),
  );
}

/** Encodes a ROCKETMQ header (serializeType 1). */
function binaryHeader(code, extFields, opaque) {
  const fields = Object.entries(extFields).map(([name, value]) => {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const field = Buffer.allocUnsafe(6 + nameBytes.length + valueBytes.length);
    field.writeInt16BE(nameBytes.length, 0);
    nameBytes.copy(field, 2);
    field.writeInt32BE(valueBytes.length, 2 + nameBytes.length);
    valueBytes.copy(field, 6 + nameBytes.length);
    return field;
  });
  const fixed = Buffer.alloc(21);
  fixed.writeInt16BE(code, 0);
  fixed.writeInt8(LANGUAGE_OTHER, 2);
  fixed.writeInt16BE(VERSION, 3);
  fixed.writeInt32BE(opaque, 5);
  fixed.writeInt32BE(
    fields.reduce((sum, field) => sum + field.length, 0),
    17,
  );
  return Buffer.concat([fixed, ...fields]);
}

function parseBinaryHeader(source, start) {
  const header = { code: source.readInt16BE(start), opaque: source.readInt32BE(start + 5), extFields: {} };
  let at = start + 13;
  const remarkLength = source.readInt32BE(at);
  at += 4;
  if (remarkLength > 0) header.remark = source.utf8Slice(at, at + remarkLength);
  at += remarkLength;
  const end = at + 4 + source.readInt32BE(at);
  at += 4;
  while (at < end) {
    const nameLength = source.readInt16BE(at);
    const name = source.utf8Slice(at + 2, at + 2 + nameLength);
    at += 2 + nameLength;
    const valueLength = source.readInt32BE(at);
    header.extFields[name] = source.utf8Slice(at + 4, at + 4 + valueLength);
    at += 4 + valueLength;
  }
  return header;
}

/** The bytes of one request. */
export function requestFrame(code, extFields, opaque, body = EMPTY, kind = 0) {
  const header = kind === 1 ? binaryHeader(code, extFields, opaque) : jsonHeader(code, extFields, opaque);
  const frame = Buffer.allocUnsafe(8 + header.length + body.length);
  frame.writeInt32BE(4 + header.length + body.length, 0);
  frame.writeInt32BE((kind << 24) | header.length, 4);
  frame.set(header, 8);
  frame.set(body, 8 + header.length);
  return frame;
}

/** One connection; answers are matched by opaque. */
export class LoadConnection {
  #pending = new Map();
  #sequence = 0;
  #out = [];
  #carry = [];
  #carryBytes = 0;
  #needBytes = 4;

  constructor({ host = '127.0.0.1', port, header = 'json', onError }) {
    this.kind = header === 'binary' ? 1 : 0;
    this.socket = net.connect({ host, port, noDelay: true });
    this.socket.on('data', (chunk) => this.#onData(chunk));
    this.socket.on('error', (error) => onError?.(error));
    this.socket.on('close', () => onError?.(new Error('the broker closed the connection')));
  }

  ready() {
    return new Promise((resolve) => this.socket.once('connect', resolve));
  }

  get inFlight() {
    return this.#pending.size;
  }

  /** Bytes that TCP has not taken. */
  get unsentBytes() {
    return this.socket.writableLength;
  }

  request(code, extFields, body = EMPTY) {
    const opaque = ++this.#sequence;
    if (this.#out.push(requestFrame(code, extFields, opaque, body, this.kind)) === 1) setImmediate(() => this.#flush());
    return new Promise((resolve) => this.#pending.set(opaque, resolve));
  }

  #flush() {
    const frames = this.#out;
    this.#out = [];
    this.socket.write(frames.length === 1 ? frames[0] : Buffer.concat(frames));
  }

  #onData(chunk) {
    this.#carry.push(chunk);
    this.#carryBytes += chunk.length;
    if (this.#carryBytes < this.#needBytes) return;
    const bytes = this.#carry.length === 1 ? chunk : Buffer.concat(this.#carry);
    let at = 0;
    this.#needBytes = 4;
    while (bytes.length - at >= 4) {
      const length = bytes.readInt32BE(at);
      if (bytes.length - at - 4 < length) {
        this.#needBytes = 4 + length;
        break;
      }
      this.#onFrame(bytes, at + 4, length);
      at += 4 + length;
    }
    const rest = bytes.subarray(at);
    this.#carry = rest.length > 0 ? [rest] : [];
    this.#carryBytes = rest.length;
  }

  #onFrame(bytes, start, length) {
    const word = bytes.readInt32BE(start);
    const headerLength = word & 0xffffff;
    const headerAt = start + 4;
    const answer =
      word >>> 24 === 0
        ? JSON.parse(bytes.utf8Slice(headerAt, headerAt + headerLength))
        : parseBinaryHeader(bytes, headerAt);
    answer.body = bytes.subarray(headerAt + headerLength, start + length);
    const resolve = this.#pending.get(answer.opaque);
    if (!resolve) return;
    this.#pending.delete(answer.opaque);
    resolve(answer);
  }
}

export const RequestCode = { SEND_MESSAGE_V2: 310, PULL_MESSAGE: 11, GET_MAX_OFFSET: 30, UPDATE_AND_CREATE_TOPIC: 17 };

let nextId = 0;
/** Header of SEND_MESSAGE_V2 as Apache's Java client fills it. */
export function sendHeader(topic, queueId, brokerName = 'broker-a', topicQueues = 4) {
  const id = (++nextId).toString(16).toUpperCase().padStart(32, '0');
  return {
    a: 'load_producer',
    b: topic,
    c: 'TBW102',
    d: String(topicQueues),
    e: String(queueId),
    f: '0',
    g: String(Date.now()),
    h: '0',
    i: `UNIQ_KEY\u0001${id}\u0002WAIT\u0001true\u0002TAGS\u0001tagA\u0002`,
    j: '0',
    k: 'false',
    l: '16',
    m: 'false',
    n: brokerName,
  };
}

/** Header of PULL_MESSAGE that brings its own subscription, so that no heartbeat is needed. */
export function pullHeader(topic, queueId, queueOffset, suspendMs) {
  return {
    consumerGroup: 'load_consumer',
    topic,
    queueId: String(queueId),
    queueOffset: String(queueOffset),
    maxMsgNums: '32',
    sysFlag: suspendMs > 0 ? '6' : '4',
    commitOffset: '0',
    suspendTimeoutMillis: String(suspendMs),
    subscription: '*',
    subVersion: '0',
    expressionType: 'TAG',
  };
}
