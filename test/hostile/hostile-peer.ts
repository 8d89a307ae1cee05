import { connect } from 'node:net';
import { FrameDecoder } from '../../libs/broker-core/src/protocol/frame-decoder.js';
import type { RemotingCommand } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { ResponseCode } from '../../libs/broker-core/src/protocol/response-code.js';
import type { RemotingClient } from '../../libs/broker-core/src/remoting/remoting-client.js';
import type { LogFields, Logger } from '../../libs/broker-core/src/runtime/logger.js';
import { patientClient } from '../support/patient-client.js';
import type { Malformed } from './malformed-frames.js';

const documented: ReadonlySet<number> = new Set(Object.values(ResponseCode));
/** How long a server may take to close on someone who sent rubbish and said good-bye. */
const PATIENCE_MS = 30_000;
/** Attackers at the same time. */
const LANES = 8;

/** Sends bytes on a connection of their own, says good-bye and waits for the end; what was answered until then. */
export function throwAt(port: number, bytes: Buffer, patienceMs = PATIENCE_MS): Promise<RemotingCommand[]> {
  return new Promise((resolve, reject) => {
    const answers: RemotingCommand[] = [];
    const decoder = new FrameDecoder({ maxFrameBytes: 64 * 1024 * 1024 });
    const socket = connect({ port, host: '127.0.0.1' });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error('the connection was not closed'));
    }, patienceMs);
    socket.on('connect', () => socket.end(bytes));
    socket.on('data', (chunk: Buffer) => {
      decoder.push(chunk);
      for (let answer = decoder.next(); answer !== undefined; answer = decoder.next()) answers.push(answer);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(new Error('nobody listens any more'));
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answers);
    });
  });
}

/** Throws everything, `lanes` at a time, and says what went wrong. */
export async function throwAllAt(
  port: number,
  attacks: readonly Malformed[],
  patienceMs = PATIENCE_MS,
): Promise<string[]> {
  const problems: string[] = [];
  let next = 0;
  const lane = async () => {
    for (let attack = attacks[next++]; attack !== undefined; attack = attacks[next++]) {
      try {
        for (const answer of await throwAt(port, attack.bytes, patienceMs)) {
          if (!documented.has(answer.code)) problems.push(`${attack.name}: answered with code ${answer.code}`);
        }
      } catch (error) {
        problems.push(`${attack.name}: ${String(error)} ${attack.bytes.toString('hex').slice(0, 400)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return problems;
}

/** Asks well-formed questions of hostile content on one connection; every one must get a documented answer. */
export async function askAll(port: number, questions: readonly RemotingCommand[], lanes = 16): Promise<string[]> {
  const problems: string[] = [];
  const client = patientClient();
  let next = 0;
  const lane = async () => {
    for (let question = questions[next++]; question !== undefined; question = questions[next++]) {
      try {
        const { code } = await client.invoke(`127.0.0.1:${port}`, question, 20_000);
        if (!documented.has(code)) problems.push(`request ${question.code} answered with code ${code}`);
      } catch (error) {
        problems.push(
          `request ${question.code} ${JSON.stringify(question.extFields?.['topic'])?.slice(0, 60)}: ${String(error)}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await client.shutdown();
  return problems;
}

/** A thing that a client with manners does over and over; throws when it was not served as it should be. */
export type Errand = (client: RemotingClient, round: number) => Promise<void>;

/**
 * Another client, with manners: runs its errand all the time. Attackers, server and it share a process: what it remembers
 * is how much that process worked while it waited, as time itself passes faster on a busy machine.
 */
export class Bystander {
  readonly #client = patientClient();
  #isDone = false;
  #asking: Promise<void>;
  served = 0;
  mostWorkMs = 0;
  readonly failures: string[] = [];

  constructor(private readonly errand: Errand) {
    this.#asking = this.#ask();
  }

  async stop(): Promise<void> {
    this.#isDone = true;
    await this.#asking;
    await this.#client.shutdown();
  }

  async #ask(): Promise<void> {
    while (!this.#isDone) {
      const askedAt = process.cpuUsage();
      try {
        await this.errand(this.#client, this.served);
        this.served++;
      } catch (error) {
        this.failures.push(String(error));
      }
      const { user, system } = process.cpuUsage(askedAt);
      this.mostWorkMs = Math.max(this.mostWorkMs, (user + system) / 1000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Keeps the lines that say someone must act: an unexpected exception is one of them. */
export function errorLog(): { readonly logger: Logger; readonly errors: string[] } {
  const errors: string[] = [];
  const logger: Logger = {
    error: (message: string, fields?: LogFields) => {
      const error = fields?.['error'];
      errors.push(`${message} ${error instanceof Error ? error.stack : JSON.stringify(fields)}`);
    },
    warn() {},
    info() {},
    debug() {},
    child: () => logger,
  };
  return { logger, errors };
}
