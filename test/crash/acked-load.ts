import { type LoadAnswer, LoadConnection, pullHeader, RequestCode, sendHeader } from '../../bench/load/wire.mjs';

/** A message whose SEND_OK arrived, and where the broker said it is. */
export interface Acked {
  readonly id: number;
  readonly queueId: number;
  readonly queueOffset: number;
}

/** A send that was answered with a code other than 0. */
export interface Refused {
  readonly code: number;
  readonly remark: string;
}

export interface RunOptions {
  readonly inFlight: number;
  /** Goes on sending after a refusal; without it one is an error. */
  readonly mayBeRefused?: boolean;
}

const BODY_BYTES = 1024;
const ID_BYTES = 8;

/** Sends numbered messages as fast as answers allow, and remembers exactly the acknowledged ones. */
export class AckedLoad {
  readonly acked: Acked[] = [];
  readonly refused: Refused[] = [];
  /** Messages that were acknowledged behind the first refusal; answers of one connection come in their order. */
  ackedAfterRefusal = 0;
  #nextId = 0;
  #senders: Promise<void>[] = [];
  #connection: LoadConnection | undefined;
  #isBroken = false;
  #isStopped = false;

  constructor(readonly target: { readonly port: number; readonly topic: string; readonly queues: number }) {}

  /** Starts sending, and resolves when `count` more messages are acknowledged; sending goes on. */
  async runUntilAcked(count: number, options: RunOptions): Promise<void> {
    const target = this.acked.length + count;
    await this.#run(options, () => this.acked.length >= target);
  }

  /** Starts sending, and resolves when a send is refused; sending goes on. */
  async runUntilRefused(options: { inFlight: number }): Promise<void> {
    const before = this.refused.length;
    await this.#run({ ...options, mayBeRefused: true }, () => this.refused.length > before);
  }

  /** Ends the sending and waits for the answers that are still to come. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#senders);
    this.#connection?.socket.destroy();
  }

  async #run({ inFlight, mayBeRefused = false }: RunOptions, isThere: () => boolean): Promise<void> {
    this.#isBroken = this.#isStopped = false;
    let onBroken = () => {};
    const broken = new Promise<void>((resolve) => {
      onBroken = resolve;
    });
    this.#connection = new LoadConnection({
      port: this.target.port,
      onError: () => {
        this.#isBroken = true;
        onBroken();
      },
    });
    await this.#connection.ready();
    await new Promise<void>((resolve, reject) => {
      const onAnswer = (refused?: Refused) => {
        if (refused && !mayBeRefused) reject(new Error(`send answered ${refused.code}: ${refused.remark}`));
        else if (isThere()) resolve();
      };
      void broken.then(() => reject(new Error('the broker closed the connection')));
      this.#senders = Array.from({ length: inFlight }, () => this.#send(broken, onAnswer));
    });
  }

  /** Resolves when the connection broke and every sender has noticed. */
  async awaitBroken(): Promise<void> {
    await Promise.all(this.#senders);
  }

  /** Starts sending, and resolves when the connection broke. */
  async runUntilBroken(options: RunOptions): Promise<void> {
    await this.#run(options, () => false).catch(() => {});
    await this.awaitBroken();
  }

  async #send(broken: Promise<void>, onAnswer: (refused?: Refused) => void): Promise<void> {
    const connection = this.#connection;
    while (connection && !this.#isBroken && !this.#isStopped) {
      const id = this.#nextId++;
      const queueId = id % this.target.queues;
      const body = Buffer.alloc(BODY_BYTES, 'c');
      body.writeDoubleBE(id, 0);
      const request = connection.request(RequestCode.SEND_MESSAGE_V2, sendHeader(this.target.topic, queueId), body);
      const answer = await Promise.race([request, broken]);
      if (!answer) return;
      if (answer.code !== 0) {
        const refused = { code: answer.code, remark: answer.remark ?? '' };
        this.refused.push(refused);
        onAnswer(refused);
        continue;
      }
      if (this.refused.length > 0) this.ackedAfterRefusal++;
      this.acked.push({ id, queueId, queueOffset: Number(answer.extFields['queueOffset']) });
      onAnswer();
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

/** Every acknowledged message that is not where its SEND_OK said, and every hole in a queue; the first ten. */
export async function lostMessages({ acked, target: { port, topic, queues } }: AckedLoad): Promise<string[]> {
  const problems: string[] = [];
  for (let queueId = 0; queueId < queues; queueId++) {
    const stored = await readQueue(port, topic, queueId);
    stored.forEach((record, index) => {
      if (record.queueOffset !== index)
        problems.push(`queue ${queueId}: offset ${record.queueOffset} at place ${index}`);
    });
    for (const ack of acked) {
      if (ack.queueId === queueId && stored[ack.queueOffset]?.id !== ack.id) {
        problems.push(`${topic}/${queueId} offset ${ack.queueOffset}: message ${ack.id} is lost`);
      }
    }
  }
  return problems.slice(0, 10);
}

function readRecord(source: Buffer, at: number): { id: number; queueOffset: number } {
  const sysFlag = source.readInt32BE(at + 36);
  const bodyAt = at + 84 + (sysFlag & 16 ? 12 : 0) + (sysFlag & 32 ? 12 : 0);
  const isOurs = source.readInt32BE(bodyAt) >= ID_BYTES;
  return { id: isOurs ? source.readDoubleBE(bodyAt + 4) : -1, queueOffset: Number(source.readBigInt64BE(at + 20)) };
}
