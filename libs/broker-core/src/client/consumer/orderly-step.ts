import { ConsumeOrderlyStatus } from './listeners.js';

/** What becomes of the messages that are handed out: done, handed out again, or all since the last commit again. */
export type Handing = 'commit' | 'again' | 'rollback';

/**
 * How the visit of a queue goes on after one batch.
 *
 * goOn      the next batch at once
 * comeBack  the queue rests for `afterMs`
 * leave     nothing to do until messages come
 * wait      somebody else comes back: the lock is asked for
 */
export type OrderlyStep =
  | { readonly kind: 'goOn'; readonly handing?: Handing | undefined }
  | { readonly kind: 'comeBack'; readonly afterMs: number; readonly handing?: Handing | undefined }
  | { readonly kind: 'leave'; readonly handing?: undefined }
  | { readonly kind: 'wait'; readonly handing?: undefined };

/** Shortest and longest rest of a suspended queue. */
const SHORTEST_REST_MS = 10;
const LONGEST_REST_MS = 30_000;

/**
 * The rule of orderly consumption. `isGivenUp`: every message of the suspended batch has gone to the retry topic.
 * RocketMQ: ConsumeMessageOrderlyService#processConsumeResult.
 */
export function orderlyStep(
  status: ConsumeOrderlyStatus,
  context: { readonly autoCommit: boolean; readonly suspendCurrentQueueTimeMillis: number },
  isGivenUp: boolean,
  defaultRestMs: number,
): OrderlyStep {
  const chosen = context.suspendCurrentQueueTimeMillis === -1 ? defaultRestMs : context.suspendCurrentQueueTimeMillis;
  const afterMs = Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, chosen));
  switch (status) {
    case ConsumeOrderlyStatus.SUCCESS:
      return { kind: 'goOn', handing: context.autoCommit ? 'commit' : undefined };
    case ConsumeOrderlyStatus.COMMIT:
      return { kind: 'goOn', handing: 'commit' };
    case ConsumeOrderlyStatus.ROLLBACK:
      // With autoCommit there is nothing to roll back to: RocketMQ takes it for an acknowledgement.
      return context.autoCommit
        ? { kind: 'goOn', handing: 'commit' }
        : { kind: 'comeBack', afterMs, handing: 'rollback' };
    case ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT:
      if (!isGivenUp) return { kind: 'comeBack', afterMs, handing: 'again' };
      return { kind: 'goOn', handing: context.autoCommit ? 'commit' : undefined };
  }
}
