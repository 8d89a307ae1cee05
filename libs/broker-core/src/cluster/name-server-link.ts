import type { RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { RemoteError } from '../runtime/errors.js';
import type { Logger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';

/** What is to be told next: nothing, some topics, or everything. */
export type News =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'topics'; readonly topics: Set<string> }
  | { readonly kind: 'all' };

/**
 * How a broker stands with one name server.
 *
 * unknown     it was never told anything
 * registered  it has all our topics, up to the news that waits
 * failing     the last try failed; the next one tells it everything
 */
export type LinkState =
  | { readonly kind: 'unknown' | 'registered' }
  | { readonly kind: 'failing'; readonly attempts: number };

export interface NameServerLinkOptions {
  readonly address: string;
  readonly timeoutMs: number;
  invoke(address: string, request: RemotingCommand, timeoutMs: number): Promise<RemotingCommand>;
  /** The request that tells everything, or only these topics. */
  request(topics: ReadonlySet<string> | undefined): RemotingCommand;
  onRegistered(answer: RemotingCommand): void;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** Tells one name server what changes, one request at a time, and keeps trying while it is away. */
export class NameServerLink {
  readonly #options: NameServerLinkOptions;
  #state: LinkState = { kind: 'unknown' };
  #news: News = { kind: 'nothing' };
  #running: Promise<void> | undefined;
  #cancelRetry: Cancel | undefined;
  #isClosed = false;

  constructor(options: NameServerLinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Tells everything; resolves when the try is over, well or not. */
  registerAll(): Promise<void> {
    this.#news = { kind: 'all' };
    return this.#run();
  }

  /** Tells what changed of a topic; everything, if the name server does not know the rest. */
  registerTopic(topic: string): Promise<void> {
    if (this.#state.kind !== 'registered') return this.registerAll();
    if (this.#news.kind === 'nothing') this.#news = { kind: 'topics', topics: new Set([topic]) };
    else if (this.#news.kind === 'topics') this.#news.topics.add(topic);
    return this.#run();
  }

  /** Resolves when nothing is under way. */
  async awaitTold(): Promise<void> {
    await this.#running;
  }

  /** The connection is gone: the name server may have been restarted and know nothing. */
  noteDisconnected(): void {
    if (this.#isClosed || this.#state.kind === 'failing' || this.#running !== undefined) return;
    this.#state = { kind: 'unknown' };
    this.#retryIn(FIRST_RETRY_MS);
  }

  /** Tells nothing more; a request under way ends by itself. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #run(): Promise<void> {
    this.#running ??= this.#tellAllNews().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #tellAllNews(): Promise<void> {
    this.#cancelRetry?.();
    while (this.#news.kind !== 'nothing' && !this.#isClosed) {
      const news = this.#news;
      this.#news = { kind: 'nothing' };
      try {
        await this.#tell(news.kind === 'topics' ? news.topics : undefined);
      } catch (error) {
        this.#noteFailure(error);
        return;
      }
    }
  }

  async #tell(topics: ReadonlySet<string> | undefined): Promise<void> {
    const { address, timeoutMs, logger } = this.#options;
    const answer = await this.#options.invoke(address, this.#options.request(topics), timeoutMs);
    if (answer.code !== ResponseCode.SUCCESS) throw new RemoteError(answer.code, answer.remark ?? '', address);
    if (this.#state.kind !== 'registered') logger.info('registered at a name server', { address });
    this.#state = { kind: 'registered' };
    this.#options.onRegistered(answer);
  }

  /** One line when it begins, none while it lasts. */
  #noteFailure(error: unknown): void {
    const attempts = this.#state.kind === 'failing' ? this.#state.attempts + 1 : 1;
    const { address, logger } = this.#options;
    if (attempts === 1 && !this.#isClosed) {
      const why = error instanceof Error ? error.message : String(error);
      logger.warn('a name server cannot be told our topics; trying on', { address, why });
    }
    this.#state = { kind: 'failing', attempts };
    this.#retryIn(Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LAST_RETRY_MS));
  }

  #retryIn(delayMs: number): void {
    if (this.#isClosed) return;
    this.#cancelRetry?.();
    this.#cancelRetry = this.#options.scheduler.after(delayMs, () => void this.registerAll());
  }
}
