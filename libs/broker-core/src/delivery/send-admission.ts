import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { DeliverySettings } from './delivery-settings.js';

export interface SendAdmissionOptions {
  readonly settings: Pick<DeliverySettings, 'fastFailureEnable' | 'sendQueueCapacity' | 'sendMayWaitMs'>;
  /** Whether so many messages wait for the disk that more would only wait longer. */
  readonly isStoreBusy: () => boolean;
  /** How long requests wait before anybody looks at them. */
  readonly turnLag: { readonly lateMs: number };
}

/**
 * Lets sends in while there is room, and answers SYSTEM_BUSY when there is not: clients then try another broker.
 *
 * Bounds  sends that wait for the store ≤ sendQueueCapacity; none is let in behind a store that is busy, or while requests
 *         have waited for longer than sendMayWaitMs in all of the last turns
 * Source  RocketMQ BrokerFastFailure, SendMessageProcessor#rejectRequest
 */
export class SendAdmission {
  readonly #options: SendAdmissionOptions;
  #pending = 0;

  constructor(options: SendAdmissionOptions) {
    this.#options = options;
  }

  /** Sends that wait for the store. */
  get pending(): number {
    return this.#pending;
  }

  /** How many may wait. */
  get capacity(): number {
    return this.#options.settings.sendQueueCapacity;
  }

  /** How long requests wait before anybody looks at them. */
  get lateMs(): number {
    return this.#options.turnLag.lateMs;
  }

  /** The answer to a send that may not come in; undefined lets it in, and `leave` must follow. */
  enter(): RemotingCommand | undefined {
    const { settings, isStoreBusy, turnLag } = this.#options;
    if (this.#pending >= settings.sendQueueCapacity) {
      return busy('[OVERLOAD]system busy, start flow control for a while');
    }
    if (isStoreBusy()) {
      return settings.fastFailureEnable && this.#pending > 0
        ? busy(`[PCBUSY_CLEAN_QUEUE]broker busy, start flow control for a while, size of queue: ${this.#pending}`)
        : busy('[REJECTREQUEST]system busy, start flow control for a while');
    }
    if (turnLag.lateMs > settings.sendMayWaitMs && settings.fastFailureEnable) {
      const waited = `period in queue: ${Math.round(turnLag.lateMs)}ms, size of queue: ${this.#pending}`;
      return busy(`[TIMEOUT_CLEAN_QUEUE]broker busy, start flow control for a while, ${waited}`);
    }
    this.#pending++;
    return undefined;
  }

  leave(): void {
    this.#pending--;
  }
}

const busy = (remark: string) => createResponse(ResponseCode.SYSTEM_BUSY, remark);
