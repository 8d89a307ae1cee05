package conformance;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * What a scenario needs: topics and groups of its own, clients that are shut down after it.
 *
 * Every client has an instance name of its own, so that each is a client of its own to the broker: with a shared one the Java
 * client skips a heartbeat when another is being sent, and a new consumer would stay unknown for 30 s.
 */
final class Context implements AutoCloseable {
  /** What all scenarios of a run share. */
  record Run(String nameServer, String id, DefaultMQAdminExt admin) {}

  static final int SEND_TIMEOUT_MS = 15_000;
  private static final AtomicInteger instances = new AtomicInteger();

  final Run run;
  final String scenario;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  Context(Run run, String scenario) {
    this.run = run;
    this.scenario = scenario;
  }

  DefaultMQAdminExt admin() {
    return run.admin();
  }

  <T extends AutoCloseable> T closing(T resource) {
    synchronized (open) {
      open.push(resource);
    }
    return resource;
  }

  @Override
  public void close() throws Exception {
    for (;;) {
      AutoCloseable next;
      synchronized (open) {
        next = open.poll();
      }
      if (next == null) return;
      next.close();
    }
  }

  String name(String part) {
    return "cf-" + scenario + (part.isEmpty() ? "" : "-" + part) + "-" + run.id();
  }

  String group(String part) {
    return name(part.isEmpty() ? "g" : part + "-g");
  }

  String group() {
    return group("");
  }

  private String instance() {
    return scenario + "-" + instances.incrementAndGet();
  }

  /** Address of each master by broker name. */
  Map<String, String> masters() throws Exception {
    var table = admin().examineBrokerClusterInfo().getBrokerAddrTable();
    var masters = new java.util.TreeMap<String, String>();
    table.forEach((name, broker) -> masters.put(name, broker.getBrokerAddrs().get(0L)));
    Check.that(!masters.isEmpty(), "the name server knows no broker");
    return masters;
  }

  InetSocketAddress brokerAddress() throws Exception {
    String[] parts = masters().values().iterator().next().split(":");
    return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
  }

  /** A fresh topic, known to the name server when this returns. */
  String topic(String part, int queues) throws Exception {
    String topic = name(part);
    createTopic(topic, queues, queues);
    return topic;
  }

  String topic(int queues) throws Exception {
    return topic("", queues);
  }

  void createTopic(String topic, int readQueues, int writeQueues) throws Exception {
    for (String address : masters().values()) {
      admin().createAndUpdateTopicConfig(address, new TopicConfig(topic, readQueues, writeQueues, 6));
    }
    Check.until("route of " + topic, () -> {
      var queues = admin().examineTopicRouteInfo(topic).getQueueDatas();
      return !queues.isEmpty() && queues.get(0).getWriteQueueNums() == writeQueues && queues.get(0).getReadQueueNums() == readQueues;
    });
  }

  DefaultMQProducer producer() throws Exception {
    return producer(group("producer"));
  }

  DefaultMQProducer producer(String group) throws Exception {
    DefaultMQProducer producer = new DefaultMQProducer(group);
    producer.setNamesrvAddr(run.nameServer());
    producer.setInstanceName(instance());
    producer.setSendMsgTimeout(SEND_TIMEOUT_MS);
    producer.start();
    closing(producer::shutdown);
    return producer;
  }

  /** Not started: the scenario sets it up first, then calls start(). */
  DefaultMQPushConsumer pushConsumer(String group) {
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
    consumer.setNamesrvAddr(run.nameServer());
    consumer.setInstanceName(instance());
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    // A retry topic comes into being at the first heartbeat; the client would look for its route 30 s later.
    consumer.setPollNameServerInterval(1_000);
    // A rebalance that meets the client's own heartbeat leaves the new version of the subscription to the next one; until then its
    // pulls are refused as SUBSCRIPTION_NOT_LATEST, by any broker. The usual 30 s would outlast what scenarios allow.
    consumer.setHeartbeatBrokerInterval(5_000);
    consumer.setConsumeThreadMin(4);
    consumer.setConsumeThreadMax(4);
    closing(consumer::shutdown);
    return consumer;
  }

  DefaultLitePullConsumer litePull(String group) {
    DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(group);
    consumer.setNamesrvAddr(run.nameServer());
    consumer.setInstanceName(instance());
    consumer.setPullThreadNums(2);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    closing(consumer::shutdown);
    return consumer;
  }

  @SuppressWarnings("deprecation")
  DefaultMQPullConsumer pull(String group) throws Exception {
    DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(group);
    consumer.setNamesrvAddr(run.nameServer());
    consumer.setInstanceName(instance());
    consumer.start();
    closing(consumer::shutdown);
    return consumer;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Sends bodies prefix0, prefix1, … and checks that each was stored. When it returns they are in their queues: Apache's broker
   * puts a message there a moment after it answered.
   */
  List<SendResult> send(DefaultMQProducer producer, String topic, String prefix, int count) throws Exception {
    List<SendResult> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SendResult result = producer.send(new Message(topic, bytes(prefix + i)));
      Check.equal(SendStatus.SEND_OK, result.getSendStatus(), "status of " + prefix + i);
      results.add(result);
    }
    for (SendResult result : results) {
      Check.until(result + " is in its queue", () -> admin().maxOffset(result.getMessageQueue()) > result.getQueueOffset());
    }
    return results;
  }

  static List<String> numbered(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) names.add(prefix + i);
    return names;
  }

  @SuppressWarnings("deprecation")
  List<MessageQueue> queues(DefaultMQPullConsumer consumer, String topic) throws Exception {
    List<MessageQueue> queues = new ArrayList<>(consumer.fetchSubscribeMessageQueues(topic));
    queues.sort(Comparator.naturalOrder());
    return queues;
  }

  /** Everything in a topic, queue by queue, from its first to its last offset. */
  @SuppressWarnings("deprecation")
  List<MessageExt> drain(DefaultMQPullConsumer consumer, String topic) throws Exception {
    List<MessageExt> found = new ArrayList<>();
    for (MessageQueue queue : queues(consumer, topic)) found.addAll(drain(consumer, queue));
    return found;
  }

  @SuppressWarnings("deprecation")
  static List<MessageExt> drain(DefaultMQPullConsumer consumer, MessageQueue queue) throws Exception {
    List<MessageExt> found = new ArrayList<>();
    long offset = consumer.minOffset(queue);
    long end = consumer.maxOffset(queue);
    while (offset < end) {
      PullResult result = consumer.pull(queue, "*", offset, 32, 20_000);
      if (result.getPullStatus() == PullStatus.FOUND) found.addAll(result.getMsgFoundList());
      Check.that(result.getNextBeginOffset() > offset, "a pull at " + queue + " offset " + offset + " went nowhere: " + result);
      offset = result.getNextBeginOffset();
    }
    return found;
  }

  /** Sum of the maximum offsets of all queues. */
  long stored(String topic) throws Exception {
    long sum = 0;
    for (var offset : admin().examineTopicStats(topic).getOffsetTable().values()) sum += offset.getMaxOffset();
    return sum;
  }

  /** Number of queues that a push consumer holds after its last rebalance. */
  @SuppressWarnings("deprecation")
  static int queuesHeld(DefaultMQPushConsumer consumer, String topic) {
    return (int) consumer.getDefaultMQPushConsumerImpl().getRebalanceImpl().getProcessQueueTable().keySet().stream()
        .filter(queue -> queue.getTopic().equals(topic)).count();
  }
}
