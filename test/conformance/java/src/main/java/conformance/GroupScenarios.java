package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.until;

import java.text.SimpleDateFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;

final class GroupScenarios {
  private GroupScenarios() {}

  static void listen(DefaultMQPushConsumer consumer, Received received) {
    consumer.registerMessageListener((MessageListenerConcurrently) (messages, status) -> {
      received.addAll(messages);
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    });
  }

  static void tagFilter(Context context) throws Exception {
    String topic = context.topic(4);
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(context.group());
    consumer.subscribe(topic, "TagA || TagB");
    listen(consumer, received);
    consumer.start();
    DefaultMQProducer producer = context.producer();
    String[] tags = {"TagA", "TagB", "TagC", ""};
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String tag = tags[i % 4];
      // By three, so that every queue gets every tag.
      Message message = new Message(topic, tag, Context.bytes(tag + i));
      int queue = (i / 3) % 4;
      producer.send(message, (queues, sent, id) -> queues.get((Integer) id), queue);
      if (i % 4 < 2) wanted.add(tag + i);
    }
    received.awaitBodies(wanted, Check.PATIENCE);
    // A last TagA in each queue: when these arrived, all before them were looked at.
    for (int queue = 0; queue < 4; queue++) {
      wanted.add("last" + queue);
      producer.send(new Message(topic, "TagA", Context.bytes("last" + queue)), (queues, sent, id) -> queues.get((Integer) id), queue);
    }
    received.awaitBodies(wanted, Check.PATIENCE);
    equal(wanted.size(), received.size(), "messages (none of TagC, none without a tag, none twice)");
    received.all().forEach(arrival -> that(Set.of("TagA", "TagB").contains(arrival.message().getTags()), "tag " + arrival.message().getTags()));
  }

  /** Eight queues move from one consumer to two and back, under load, and nothing is lost. */
  static void rebalance(Context context) throws Exception {
    String topic = context.topic(8);
    String group = context.group();
    Received received = new Received();
    DefaultMQPushConsumer first = context.pushConsumer(group);
    first.subscribe(topic, "*");
    listen(first, received);
    first.start();
    until("eight queues with the first", () -> Context.queuesHeld(first, topic) == 8);

    DefaultMQProducer producer = context.producer();
    AtomicBoolean stop = new AtomicBoolean();
    List<String> sent = new ArrayList<>();
    Thread sender = new Thread(() -> {
      try {
        for (int i = 0; !stop.get(); i++) {
          producer.send(new Message(topic, Context.bytes("load" + i)));
          synchronized (sent) {
            sent.add("load" + i);
          }
          Thread.sleep(5);
        }
      } catch (Exception failed) {
        synchronized (sent) {
          sent.add("the sender failed: " + failed);
        }
      }
    });
    sender.start();
    context.closing(() -> stop.set(true));

    Received bySecond = new Received();
    DefaultMQPushConsumer second = context.pushConsumer(group);
    second.subscribe(topic, "*");
    second.registerMessageListener((MessageListenerConcurrently) (messages, status) -> {
      received.addAll(messages);
      bySecond.addAll(messages);
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    });
    long joined = System.currentTimeMillis();
    second.start();
    until("four queues each", () -> Context.queuesHeld(first, topic) == 4 && Context.queuesHeld(second, topic) == 4);
    // The client looks by itself every 20 s: faster means that the broker told it.
    long sharedAfter = System.currentTimeMillis() - joined;
    that(sharedAfter < 15_000, "sharing took " + sharedAfter + " ms; was nobody notified?");
    bySecond.await(20);
    long left = System.currentTimeMillis();
    second.shutdown();
    until("all eight with the first again", () -> Context.queuesHeld(first, topic) == 8);
    long takenAfter = System.currentTimeMillis() - left;
    that(takenAfter < 15_000, "taking over took " + takenAfter + " ms; was nobody notified?");
    int before = received.size();
    received.await(before + 20);
    stop.set(true);
    sender.join();
    received.awaitBodies(sent, Check.PATIENCE);
  }

  static void broadcast(Context context) throws Exception {
    String topic = context.topic(4);
    String group = context.group();
    List<Received> received = List.of(new Received(), new Received());
    for (Received one : received) {
      DefaultMQPushConsumer consumer = context.pushConsumer(group);
      Compat.broadcasting(consumer);
      consumer.subscribe(topic, "*");
      listen(consumer, one);
      consumer.start();
    }
    context.send(context.producer(), topic, "news", 30);
    for (Received one : received) {
      one.awaitBodies(Context.numbered("news", 30), Check.PATIENCE);
      equal(30, one.size(), "messages for each");
    }
  }

  /** A consumer that comes back goes on where its group was. */
  @SuppressWarnings("deprecation")
  static void offsetsSurvive(Context context) throws Exception {
    String topic = context.topic(4);
    String group = context.group();
    DefaultMQProducer producer = context.producer();
    Received before = new Received();
    DefaultMQPushConsumer first = context.pushConsumer(group);
    first.subscribe(topic, "*");
    listen(first, before);
    first.start();
    context.send(producer, topic, "before", 20);
    before.await(20);
    // The listener's word comes before the client's own bookkeeping: leave only when the broker has the offsets.
    until("offsets of the first twenty", () -> {
      first.getDefaultMQPushConsumerImpl().persistConsumerOffset();
      return context.admin().examineConsumeStats(group, topic).computeTotalDiff() == 0;
    });
    first.shutdown();
    context.send(producer, topic, "meanwhile", 20);
    Received after = new Received();
    DefaultMQPushConsumer second = context.pushConsumer(group);
    second.subscribe(topic, "*");
    listen(second, after);
    second.start();
    context.send(producer, topic, "after", 20);
    List<String> wanted = new ArrayList<>(Context.numbered("meanwhile", 20));
    wanted.addAll(Context.numbered("after", 20));
    after.awaitBodies(wanted, Check.PATIENCE);
    equal(new HashSet<>(wanted), new HashSet<>(after.bodies()), "what the second consumer saw");
    equal(40, after.size(), "messages for the second consumer");
    equal(20, before.size(), "messages for the first consumer");
    until("committed offsets of all sixty", () -> {
      second.getDefaultMQPushConsumerImpl().persistConsumerOffset();
      return committed(context, group, topic) == 60;
    });
    second.shutdown();
    equal(60L, committed(context, group, topic), "sum of the committed offsets after the last member left");
  }

  private static long committed(Context context, String group, String topic) throws Exception {
    long committed = 0;
    for (var queue : context.admin().examineConsumeStats(group, topic).getOffsetTable().values()) committed += queue.getConsumerOffset();
    return committed;
  }

  /** Where a group without offsets begins. */
  static void consumeFromWhere(Context context) throws Exception {
    String topic = context.topic(2);
    DefaultMQProducer producer = context.producer();
    context.send(producer, topic, "old", 10);

    // A clustering group asks the broker, which answers 0 while the queue still begins at 0 and is in memory: all of the old.
    Received clustered = new Received();
    DefaultMQPushConsumer clustering = context.pushConsumer(context.group("cluster"));
    clustering.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
    clustering.subscribe(topic, "*");
    listen(clustering, clustered);
    clustering.start();

    // Timestamps of consumers are in whole seconds: the boundary is the start of the next one.
    long boundary = (System.currentTimeMillis() / 1_000 + 1) * 1_000;
    until("the next second", () -> System.currentTimeMillis() >= boundary + 20);
    context.send(producer, topic, "recent", 10);

    // Broadcasting consumers keep offsets themselves, so each really begins where it was told to.
    Received fromFirst = new Received();
    Received fromTime = new Received();
    Received fromLast = new Received();
    start(context, topic, "first", ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET, 0, fromFirst);
    start(context, topic, "time", ConsumeFromWhere.CONSUME_FROM_TIMESTAMP, boundary, fromTime);
    start(context, topic, "last", ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET, 0, fromLast);
    context.send(producer, topic, "new", 10);

    List<String> recent = Context.numbered("recent", 10);
    List<String> fresh = Context.numbered("new", 10);
    List<String> old = Context.numbered("old", 10);
    expect("clustering from last, on a young topic", clustered, old, recent, fresh);
    expect("from first", fromFirst, old, recent, fresh);
    expect("from a timestamp", fromTime, recent, fresh);
    expect("from last", fromLast, fresh);
  }

  private static void start(Context context, String topic, String part, ConsumeFromWhere where, long time, Received received) throws Exception {
    DefaultMQPushConsumer consumer = context.pushConsumer(context.group(part));
    Compat.broadcasting(consumer);
    consumer.setConsumeFromWhere(where);
    if (time > 0) consumer.setConsumeTimestamp(new SimpleDateFormat("yyyyMMddHHmmss").format(new Date(time)));
    consumer.subscribe(topic, "*");
    listen(consumer, received);
    consumer.start();
    until("queues for " + part, () -> Context.queuesHeld(consumer, topic) == 2);
  }

  @SafeVarargs
  private static void expect(String what, Received received, List<String>... parts) throws Exception {
    Set<String> wanted = new HashSet<>();
    for (List<String> part : parts) wanted.addAll(part);
    try {
      received.awaitBodies(wanted, Duration.ofSeconds(60));
    } catch (AssertionError missing) {
      throw new AssertionError(what + ": " + missing.getMessage());
    }
    equal(wanted, new HashSet<>(received.bodies()), what);
  }
}
