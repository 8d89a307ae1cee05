package conformance;

import java.util.LinkedHashMap;
import java.util.Map;

/** All scenarios by name; the slow ones first, so that the pool ends early. */
final class Scenarios {
  private Scenarios() {}

  static Map<String, Scenario> all() {
    Map<String, Scenario> all = new LinkedHashMap<>();
    all.put("retry-then-dlq", RetryScenarios::retryThenDlq);
    all.put("admin-reset-offset", AdminScenarios::resetOffset);
    all.put("delay-level", RetryScenarios::delayLevel);
    all.put("rebalance", GroupScenarios::rebalance);
    all.put("orderly-suspend-then-dlq", OrderScenarios::suspendThenDlq);
    all.put("consume-from-where", GroupScenarios::consumeFromWhere);
    all.put("ordered-by-selector", OrderScenarios::bySelector);
    all.put("orderly-two-consumers", OrderScenarios::twoConsumers);
    all.put("request-reply", RequestScenarios::requestReply);
    all.put("request-timeout", RequestScenarios::requestTimeout);
    all.put("offsets-survive", GroupScenarios::offsetsSurvive);
    all.put("broadcast", GroupScenarios::broadcast);
    all.put("tag-filter", GroupScenarios::tagFilter);
    all.put("lite-pull-subscribe", PullScenarios::liteSubscribe);
    all.put("lite-pull-assign", PullScenarios::liteAssign);
    all.put("pull-statuses", PullScenarios::pullStatuses);
    all.put("long-polling", PullScenarios::longPolling);
    all.put("send-sync", SendScenarios::sync);
    all.put("send-async", SendScenarios::async);
    all.put("send-oneway", SendScenarios::oneway);
    all.put("send-batch", SendScenarios::batch);
    all.put("send-sizes", SendScenarios::sizes);
    all.put("send-refused", SendScenarios::refused);
    all.put("send-auto-create", SendScenarios::autoCreate);
    all.put("properties", SendScenarios::properties);
    all.put("query-by-key", QueryScenarios::byKey);
    all.put("query-by-unique-key", QueryScenarios::byUniqueKey);
    all.put("view-by-offset-msg-id", QueryScenarios::byOffsetMsgId);
    all.put("offsets", QueryScenarios::offsets);
    all.put("admin-topic", AdminScenarios::topic);
    all.put("admin-cluster", AdminScenarios::cluster);
    all.put("admin-stats", AdminScenarios::stats);
    all.put("admin-connections", AdminScenarios::connections);
    all.put("admin-group", AdminScenarios::group);
    return all;
  }
}
