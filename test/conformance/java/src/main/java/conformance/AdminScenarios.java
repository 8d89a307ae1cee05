package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.thrown;
import static conformance.Check.until;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.MessageQueue;

final class AdminScenarios {
  private static final int TOPIC_NOT_EXIST = 17;
  private static final int CONSUMER_NOT_ONLINE = 206;

  private AdminScenarios() {}

  /** Create with different read and write queues, list, look up, change, delete. */
  static void topic(Context context) throws Exception {
    var admin = context.admin();
    String topic = context.name("");
    String broker = context.masters().keySet().iterator().next();
    String address = context.masters().get(broker);
    MQClientException unknown = thrown(MQClientException.class, "route of an unknown topic", () -> admin.examineTopicRouteInfo(topic));
    equal(TOPIC_NOT_EXIST, unknown.getResponseCode(), "code for the route of an unknown topic");
    context.createTopic(topic, 5, 3);
    var route = admin.examineTopicRouteInfo(topic);
    equal(1, route.getQueueDatas().size(), "brokers in the route");
    equal(broker, route.getQueueDatas().get(0).getBrokerName(), "broker in the route");
    equal(address, route.getBrokerDatas().get(0).getBrokerAddrs().get(0L), "address in the route");
    that(admin.fetchAllTopicList().getTopicList().contains(topic), "the topic is listed");
    that(admin.fetchTopicsByCLuster("DefaultCluster").getTopicList().contains(topic), "the topic is listed for its cluster");
    equal(Set.of("DefaultCluster"), admin.getTopicClusterList(topic), "clusters of the topic");
    var config = admin.getAllTopicConfig(address, 10_000).getTopicConfigTable().get(topic);
    equal(5, config.getReadQueueNums(), "readQueueNums");
    equal(3, config.getWriteQueueNums(), "writeQueueNums");

    context.createTopic(topic, 8, 8);
    context.send(context.producer(), topic, "m", 16);
    equal(8, admin.examineTopicStats(topic).getOffsetTable().size(), "queues after the change");
    admin.createAndUpdateTopicConfig(address, new TopicConfig(topic, 8, 8, 4));
    until("read only", () -> admin.examineTopicRouteInfo(topic).getQueueDatas().get(0).getPerm() == 4);

    admin.deleteTopicInBroker(Set.of(address), topic);
    Compat.deleteTopicInNameServer(admin, context.run.nameServer(), topic);
    until("no route", () -> {
      try {
        admin.examineTopicRouteInfo(topic);
        return false;
      } catch (MQClientException gone) {
        return gone.getResponseCode() == TOPIC_NOT_EXIST;
      }
    });
    that(!admin.getAllTopicConfig(address, 10_000).getTopicConfigTable().containsKey(topic), "the broker forgot the topic");
  }

  static void cluster(Context context) throws Exception {
    var admin = context.admin();
    var info = admin.examineBrokerClusterInfo();
    equal(Set.of("DefaultCluster"), info.getClusterAddrTable().keySet(), "clusters");
    equal(info.getClusterAddrTable().get("DefaultCluster"), info.getBrokerAddrTable().keySet(), "brokers of the cluster");
    String address = context.masters().values().iterator().next();
    var stats = admin.fetchBrokerRuntimeStats(address).getTable();
    for (String key : List.of("bootTimestamp", "brokerVersionDesc", "brokerActive", "earliestMessageTimeStamp", "commitLogDiskRatio", "commitLogMaxOffset", "commitLogMinOffset",
        "dispatchBehindBytes", "getFoundTps", "getMessageEntireTimeMax", "getMissTps", "getTotalTps", "getTransferredTps", "msgGetTotalTodayMorning",
        "msgGetTotalTodayNow", "msgGetTotalYesterdayMorning", "msgPutTotalTodayMorning", "msgPutTotalTodayNow", "msgPutTotalYesterdayMorning",
        "pageCacheLockTimeMills", "putMessageAverageSize", "putMessageDistributeTime", "putMessageEntireTimeMax", "putMessageTimesTotal", "putTps",
        "pullThreadPoolQueueCapacity", "pullThreadPoolQueueHeadWaitTimeMills", "pullThreadPoolQueueSize", "queryThreadPoolQueueSize", "runtime",
        "sendThreadPoolQueueCapacity", "sendThreadPoolQueueHeadWaitTimeMills", "sendThreadPoolQueueSize", "startAcceptSendRequestTimeStamp")) {
      that(stats.containsKey(key), "runtime statistics have " + key);
    }
    that(Long.parseLong(stats.get("bootTimestamp")) <= System.currentTimeMillis(), "bootTimestamp " + stats.get("bootTimestamp"));
    that(stats.get("putTps").matches("[0-9. ]+"), "putTps of up to three numbers: " + stats.get("putTps"));
    var config = admin.getBrokerConfig(address);
    equal("DefaultCluster", config.getProperty("brokerClusterName"), "brokerClusterName");
    equal(context.masters().keySet().iterator().next(), config.getProperty("brokerName"), "brokerName");
    equal(Integer.toString(context.brokerAddress().getPort()), config.getProperty("listenPort"), "listenPort");
    that(config.containsKey("storePathRootDir") && config.containsKey("flushDiskType"), "storePathRootDir and flushDiskType are told");
    var nameServers = admin.getNameServerConfig(List.of(context.run.nameServer()));
    that(nameServers.get(context.run.nameServer()).containsKey("listenPort"), "the name server tells listenPort");

    admin.createAndUpdateKvConfig("CONFORMANCE", context.name("kv"), "value = with signs;,");
    equal("value = with signs;,", admin.getKVConfig("CONFORMANCE", context.name("kv")), "KV config");
    equal("value = with signs;,", admin.getKVListByNamespace("CONFORMANCE").getTable().get(context.name("kv")), "KV list");
    admin.deleteKvConfig("CONFORMANCE", context.name("kv"));
    thrown(MQClientException.class, "a deleted KV config", () -> admin.getKVConfig("CONFORMANCE", context.name("kv")));
  }

  /** Topic statistics, the progress of a group, and who consumes a topic. */
  static void stats(Context context) throws Exception {
    var admin = context.admin();
    String topic = context.topic(4);
    String group = context.group();
    DefaultMQProducer producer = context.producer();
    List<SendResult> sent = context.send(producer, topic, "m", 20);
    var table = admin.examineTopicStats(topic).getOffsetTable();
    equal(4, table.size(), "queues in the topic's statistics");
    table.forEach((queue, offset) -> {
      equal(0L, offset.getMinOffset(), "minOffset of " + queue);
      equal(5L, offset.getMaxOffset(), "maxOffset of " + queue);
      that(Math.abs(offset.getLastUpdateTimestamp() - System.currentTimeMillis()) < 120_000, "lastUpdateTimestamp of " + queue);
    });

    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(topic, "*");
    GroupScenarios.listen(consumer, received);
    consumer.start();
    received.await(20);
    until("the whole lag is gone", () -> {
      consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
      var stats = admin.examineConsumeStats(group, topic);
      return stats.getOffsetTable().size() == 4 && stats.computeTotalDiff() == 0;
    });
    for (var entry : admin.examineConsumeStats(group, topic).getOffsetTable().entrySet()) {
      equal(5L, entry.getValue().getBrokerOffset(), "brokerOffset of " + entry.getKey());
      equal(5L, entry.getValue().getConsumerOffset(), "consumerOffset of " + entry.getKey());
    }
    until("the topic's groups", () -> admin.queryTopicConsumeByWho(topic).getGroupList().contains(group));
    MessageQueue queue = sent.get(0).getMessageQueue();
    admin.updateConsumeOffset(context.masters().get(queue.getBrokerName()), group, queue, 2);
    equal(2L, admin.examineConsumeStats(group, topic).getOffsetTable().get(queue).getConsumerOffset(), "offset set by the tool");
  }

  /** Who is connected, and the questions that the broker hands on to a client. */
  static void connections(Context context) throws Exception {
    var admin = context.admin();
    String topic = context.topic(2);
    String group = context.group();
    String producers = context.group("producer");
    DefaultMQProducer producer = context.producer(producers);
    List<SendResult> sent = context.send(producer, topic, "m", 4);
    until("the producer's connection", () -> !admin.examineProducerConnectionInfo(producers, topic).getConnectionSet().isEmpty());
    var producing = admin.examineProducerConnectionInfo(producers, topic).getConnectionSet().iterator().next();
    that(producing.getClientId().contains(producer.getInstanceName()), "client id of the producer: " + producing.getClientId());

    MQClientException unknown = thrown(MQClientException.class, "a group never seen", () -> admin.examineConsumerConnectionInfo(group));
    equal(TOPIC_NOT_EXIST, unknown.getResponseCode(), "code for a group never seen: it has no retry topic");
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(topic, "TagX || TagY || *");
    consumer.subscribe(topic, "*");
    GroupScenarios.listen(consumer, received);
    consumer.start();
    received.await(4);
    var connection = admin.examineConsumerConnectionInfo(group);
    equal(1, connection.getConnectionSet().size(), "members");
    equal("CONSUME_PASSIVELY", connection.getConsumeType().name(), "consumeType");
    equal("CLUSTERING", connection.getMessageModel().name(), "messageModel");
    equal("CONSUME_FROM_FIRST_OFFSET", connection.getConsumeFromWhere().name(), "consumeFromWhere");
    equal(Set.of(topic, "%RETRY%" + group), new HashSet<>(connection.getSubscriptionTable().keySet()), "subscriptions");
    equal("*", connection.getSubscriptionTable().get(topic).getSubString(), "subString");
    String clientId = connection.getConnectionSet().iterator().next().getClientId();
    equal("JAVA", connection.getConnectionSet().iterator().next().getLanguage().name(), "language");

    var running = admin.getConsumerRunningInfo(group, clientId, false);
    equal(Set.of(topic, "%RETRY%" + group),
        running.getSubscriptionSet().stream().map(one -> one.getTopic()).collect(java.util.stream.Collectors.toSet()), "subscriptions as the client tells them");
    that(!running.getMqTable().isEmpty(), "queues as the client tells them");
    var stack = admin.getConsumerRunningInfo(group, clientId, true);
    that(stack.getJstack() != null && stack.getJstack().contains("TID: "), "the client's stacks");

    int before = received.size();
    var direct = admin.consumeMessageDirectly(group, clientId, topic, sent.get(0).getOffsetMsgId());
    equal("CR_SUCCESS", direct.getConsumeResult().name(), "result of consuming a message directly");
    received.await(before + 1);

    consumer.shutdown();
    until("the group without members", () -> {
      try {
        admin.examineConsumerConnectionInfo(group);
        return false;
      } catch (MQBrokerException gone) {
        return gone.getResponseCode() == CONSUMER_NOT_ONLINE;
      }
    });
  }

  /** A subscription group: created by hand, read back, deleted. */
  static void group(Context context) throws Exception {
    var admin = context.admin();
    String address = context.masters().values().iterator().next();
    String group = context.group();
    Compat.createGroup(admin, address, group, 3, 2);
    var stored = admin.getAllSubscriptionGroup(address, 10_000).getSubscriptionGroupTable().get(group);
    equal(3, stored.getRetryMaxTimes(), "retryMaxTimes");
    equal(2, stored.getRetryQueueNums(), "retryQueueNums");
    equal(true, stored.isConsumeEnable(), "consumeEnable");
    admin.deleteSubscriptionGroup(address, group, true);
    // Asked by a 4.9 tool to delete, Apache's 5.5 broker creates the group anew with default values right away.
    var left = admin.getAllSubscriptionGroup(address, 10_000).getSubscriptionGroupTable().get(group);
    that(left == null || left.getRetryMaxTimes() == 16, "the group's configuration is gone");
  }

  /** Back to the beginning, while the consumer runs. */
  static void resetOffset(Context context) throws Exception {
    var admin = context.admin();
    String topic = context.topic(2);
    String group = context.group();
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(topic, "*");
    GroupScenarios.listen(consumer, received);
    consumer.start();
    context.send(context.producer(), topic, "m", 20);
    received.await(20);
    until("the whole lag is gone", () -> {
      consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
      return admin.examineConsumeStats(group, topic).computeTotalDiff() == 0;
    });
    var offsets = admin.resetOffsetByTimestamp(topic, group, System.currentTimeMillis() - 3_600_000, true);
    equal(2, offsets.size(), "queues that were reset");
    offsets.forEach((queue, offset) -> equal(0L, offset, "new offset of " + queue));
    received.await(40);
    equal(new HashSet<>(Context.numbered("m", 20)), new HashSet<>(received.bodies().subList(20, 40)), "consumed again");
  }
}
