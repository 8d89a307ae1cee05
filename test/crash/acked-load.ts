import { type LoadAnswer, LoadConnection, pullHeader, RequestCode, sendHeader } from '../../bench/load/wire.mjs';

/** A message whose SEND_OK arrived, and where the broker said it is. */
export interface Acked {
  readonly id: number;
  readonly queueId: number;
  readonly queueOffset: number;
}

const BODY_BYTES = 1024;
const ID_BYTES = 8;

/** Sends numbered messages as fast as answers allow, and remembers exactly the acknowledged ones. */
export class AckedLoad {
  readonly acked: Acked[] = [];
  readonly #options: { port: number; topic: string; queues: number };
  #nextId = 0;
  #senders: Promise<void>[] = [];
  #connection: LoadConnection | undefined;
  #isBroken = false;

  constructor(options: { port: number; topic: string; queues: number }) {
    this.#options = options;
  }

  /** Starts sending, and resolves when `count` more messages are acknowledged; sending goes on. */
  async runUntilAcked(count: number, { inFlight }: { inFlight: number }): Promise<void> {
    this.#isBroken = false;
    let onBroken = () => {};
    const broken = new Promise<void>((resolve) => {
      onBroken = resolve;
    });
    this.#connection = new LoadConnection({
      port: this.#options.port,
      onError: () => {
        this.#isBroken = true;
        onBroken();
      },
    });
    await this.#connection.ready();
    const target = this.acked.length + count;
    await new Promise<void>((resolve, reject) => {
      const onAck = () => this.acked.length >= target && resolve();
      this.#senders = Array.from({ length: inFlight }, () => this.#send(broken, onAck, reject));
    });
  }

  /** Resolves when the connection broke and every sender has noticed. */
  async runUntilBroken(): Promise<void> {
    await Promise.all(this.#senders);
  }

  async #send(broken: Promise<void>, onAck: () => void, onRefused: (error: Error) => void): Promise<void> {
    const connection = this.#connection;
    while (connection && !this.#isBroken) {
      const id = this.#nextId++;
      const queueId = id % this.#options.queues;
      const body = Buffer.alloc(BODY_BYTES, 'c');
      body.writeDoubleBE(id, 0);
      const request = connection.request(RequestCode.SEND_MESSAGE_V2, sendHeader(this.#options.topic, queueId), body);
      const answer = await Promise.race([request, broken]);
      if (!answer) return;
      if (answer.code !== 0) return onRefused(new Error(`send answered ${answer.code}: ${answer.remark}`));
      this.acked.push({ id, queueId, queueOffset: Number(answer.extFields['queueOffset']) });
      onAck();
    }
  }
}

/** Reads a queue from offset 0 to its end: the number inside each body, and the record's own queue offset. */
export async function readQueue(
  port: number,
  topic: string,
  queueId: number,
): Promise<{ id: number; queueOffset: number }[]> {
  const connection = new LoadConnection({ port, onError: () => {} });
  await connection.ready();
  const found: { id: number; queueOffset: number }[] = [];
  for (let next = 0; ; ) {
    const answer: LoadAnswer = await connection.request(RequestCode.PULL_MESSAGE, pullHeader(topic, queueId, next, 0));
    if (answer.code === 20) {
      next = Number(answer.extFields['nextBeginOffset']);
      continue;
    }
    if (answer.code !== 0) break;
    for (let at = 0; at < answer.body.length; at += answer.body.readInt32BE(at))
      found.push(readRecord(answer.body, at));
    next = Number(answer.extFields['nextBeginOffset']);
  }
  connection.socket.destroy();
  return found;
}

function readRecord(source: Buffer, at: number): { id: number; queueOffset: number } {
  const sysFlag = source.readInt32BE(at + 36);
  const bodyAt = at + 84 + (sysFlag & 16 ? 12 : 0) + (sysFlag & 32 ? 12 : 0);
  const isOurs = source.readInt32BE(bodyAt) >= ID_BYTES;
  return { id: isOurs ? source.readDoubleBE(bodyAt + 4) : -1, queueOffset: Number(source.readBigInt64BE(at + 20)) };
}
