import * as admin from './scenarios/admin.mjs';
import * as groups from './scenarios/groups.mjs';
import * as order from './scenarios/order.mjs';
import * as pull from './scenarios/pull.mjs';
import * as query from './scenarios/query.mjs';
import * as request from './scenarios/request.mjs';
import * as retry from './scenarios/retry.mjs';
import * as send from './scenarios/send.mjs';

/**
 * All scenarios under the names they have for other clients; the slow ones first, so that the run ends early.
 *
 * @type {Map<string, (context: import('./context.mjs').Context) => Promise<void>>}
 */
export const scenarios = new Map([
  ['delay-level', retry.delayLevel],
  ['retry-then-dlq', retry.retryThenDlq],
  ['rebalance', groups.rebalance],
  ['orderly-suspend-then-dlq', order.suspendThenDlq],
  ['admin-reset-offset', admin.resetOffset],
  ['shutdown-drains', groups.shutdownDrains],
  ['consume-from-where', groups.consumeFromWhere],
  ['request-timeout', request.requestTimeout],
  ['request-reply', request.requestReply],
  ['ordered-by-selector', order.bySelector],
  ['orderly-two-consumers', order.twoConsumers],
  ['offsets-survive', groups.offsetsSurvive],
  ['broadcast', groups.broadcast],
  ['tag-filter', groups.tagFilter],
  ['lite-pull-subscribe', pull.liteSubscribe],
  ['lite-pull-assign', pull.liteAssign],
  ['send-sync', send.sync],
  ['send-async', send.async],
  ['send-oneway', send.oneway],
  ['send-batch', send.batch],
  ['send-sizes', send.sizes],
  ['send-refused', send.refused],
  ['send-auto-create', send.autoCreate],
  ['send-misuse', send.misuse],
  ['properties', send.properties],
  ['query-by-key', query.byKey],
  ['query-by-unique-key', query.byUniqueKey],
  ['view-by-offset-msg-id', query.byOffsetMsgId],
  ['offsets', query.offsets],
  ['admin-topic', admin.topic],
  ['admin-connections', admin.connections],
]);
