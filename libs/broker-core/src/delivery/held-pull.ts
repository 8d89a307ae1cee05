import { invariant } from '../runtime/errors.js';

/**
 * A pull that found nothing and waits.
 *
 * waiting   for a message at or after `from`, until `deadline` (ms, monotonic)
 * answered  `with` messages: it is worth asking the store again · `nothing`: time is up
 */
export type HeldPull =
  | { readonly kind: 'waiting'; readonly from: number; readonly deadline: number }
  | { readonly kind: 'answered'; readonly with: 'messages' | 'nothing' };

/**
 * News for a held pull.
 *
 * arrived   the queue now ends before `maxOffset`; `isWanted` says whether the new message passes the pull's filter
 * checked   the queue ends before `maxOffset`, whatever lies in it: at intervals, so that a pull whose filter passes
 *           nothing still moves on
 * moved     an operator set groups of this queue elsewhere: the pull may be one of theirs
 * tick      it is `now`
 * shutdown  the broker stops
 */
export type HoldEvent =
  | { readonly kind: 'arrived'; readonly maxOffset: number; readonly isWanted: boolean }
  | { readonly kind: 'checked'; readonly maxOffset: number }
  | { readonly kind: 'moved' }
  | { readonly kind: 'tick'; readonly now: number }
  | { readonly kind: 'shutdown' };

const WITH_MESSAGES: HeldPull = { kind: 'answered', with: 'messages' };
const WITH_NOTHING: HeldPull = { kind: 'answered', with: 'nothing' };

/**
 * What becomes of a held pull when it hears `event`.
 *
 * Throws  InvariantError if it was already answered
 * Source  RocketMQ PullRequestHoldService#notifyMessageArriving
 */
export function step(pull: HeldPull, event: HoldEvent): HeldPull {
  invariant(pull.kind === 'waiting', 'an answered pull hears no more news');
  switch (event.kind) {
    case 'arrived':
      return event.isWanted && event.maxOffset > pull.from ? WITH_MESSAGES : pull;
    case 'checked':
      return event.maxOffset > pull.from ? WITH_MESSAGES : pull;
    case 'moved':
      return WITH_MESSAGES;
    case 'tick':
      return event.now >= pull.deadline ? WITH_NOTHING : pull;
    case 'shutdown':
      return WITH_NOTHING;
  }
}
