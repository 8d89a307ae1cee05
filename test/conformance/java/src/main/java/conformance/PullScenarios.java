package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.until;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;

@SuppressWarnings("deprecation")
final class PullScenarios {
  private PullScenarios() {}

  /** subscribe + poll + commitSync; the next member of the group goes on after the commit. */
  static void liteSubscribe(Context context) throws Exception {
    String topic = context.topic(4);
    String group = context.group();
    DefaultMQProducer producer = context.producer();
    DefaultLitePullConsumer first = context.litePull(group);
    first.subscribe(topic, "TagA");
    first.setAutoCommit(false);
    first.start();
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String tag = i % 2 == 0 ? "TagA" : "TagB";
      producer.send(new Message(topic, tag, Context.bytes(tag + i)));
      if (i % 2 == 0) wanted.add(tag + i);
    }
    Received received = new Received();
    until("twenty of TagA", () -> {
      received.addAll(first.poll(500));
      return received.size() >= 20;
    });
    equal(new HashSet<>(wanted), new HashSet<>(received.bodies()), "messages of TagA");
    first.commitSync();
    first.shutdown();

    producer.send(new Message(topic, "TagA", Context.bytes("later")));
    DefaultLitePullConsumer second = context.litePull(group);
    second.subscribe(topic, "TagA");
    second.start();
    Received rest = new Received();
    until("the later one", () -> {
      rest.addAll(second.poll(500));
      return rest.bodies().contains("later");
    });
    equal(List.of("later"), rest.bodies(), "what the second consumer polled");
  }

  /** assign, seek to begin, to an offset, to the end, by time; commit and read the commit back. */
  static void liteAssign(Context context) throws Exception {
    String topic = context.topic(2);
    String group = context.group();
    DefaultMQProducer producer = context.producer();
    DefaultLitePullConsumer consumer = context.litePull(group);
    consumer.setAutoCommit(false);
    consumer.start();
    MessageQueue queue = consumer.fetchMessageQueues(topic).stream().filter(one -> one.getQueueId() == 1).findFirst().orElseThrow();
    consumer.assign(List.of(queue));
    // Apache's client forgets a seek that comes while it still asks where its group is, so it must have pulled before.
    List<String> bodies = new ArrayList<>();
    until("20 messages, and a first pull", () -> {
      bodies.add("m" + bodies.size());
      producer.send(new Message(topic, Context.bytes("m" + (bodies.size() - 1))), (queues, sent, id) -> queues.get(1), null);
      return bodies.size() >= 20 && !consumer.poll(500).isEmpty();
    });
    int end = bodies.size();
    consumer.seekToBegin(queue);
    equal(bodies, poll(consumer, end), "from the beginning");

    consumer.seek(queue, end - 5);
    equal(bodies.subList(end - 5, end), poll(consumer, 5), "the last five");
    consumer.commitSync();
    until("commit of the end", () -> consumer.committed(queue) == end);

    consumer.seekToEnd(queue);
    producer.send(new Message(topic, Context.bytes("end")), (queues, sent, id) -> queues.get(1), null);
    equal(List.of("end"), poll(consumer, 1), "from the end");
    equal(0L, consumer.offsetForTimestamp(queue, System.currentTimeMillis() - 3_600_000), "offset an hour ago");

    consumer.commitSync();
    until("commit of one more", () -> consumer.committed(queue) == end + 1);
    until("that commit as the tools see it", () -> context.admin().examineConsumeStats(group, topic).getOffsetTable().get(queue).getConsumerOffset() == end + 1);
  }

  private static List<String> poll(DefaultLitePullConsumer consumer, int count) throws Exception {
    Received received = new Received();
    until(count + " messages", () -> {
      received.addAll(consumer.poll(500));
      return received.size() >= count;
    });
    return received.bodies();
  }

  /** The four answers a pull can get, with the offsets that come along. */
  static void pullStatuses(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    for (int i = 0; i < 40; i++) producer.send(new Message(topic, i < 35 ? "TagA" : "TagB", Context.bytes("m" + i)));
    DefaultMQPullConsumer consumer = context.pull(context.group());
    MessageQueue queue = context.queues(consumer, topic).get(0);

    PullResult found = consumer.pull(queue, "*", 0, 32);
    equal(PullStatus.FOUND, found.getPullStatus(), "status at 0");
    equal(32, found.getMsgFoundList().size(), "messages at 0");
    offsets(found, 32, 0, 40);
    PullResult tagged = consumer.pull(queue, "TagB", 30, 32);
    equal(PullStatus.FOUND, tagged.getPullStatus(), "status of TagB at 30");
    equal(5, tagged.getMsgFoundList().size(), "messages of TagB at 30");
    offsets(tagged, 40, 0, 40);
    PullResult noMatch = consumer.pull(queue, "TagC", 0, 32);
    equal(PullStatus.NO_MATCHED_MSG, noMatch.getPullStatus(), "status of TagC");
    that(noMatch.getNextBeginOffset() > 0, "TagC goes on at " + noMatch.getNextBeginOffset());
    PullResult nothing = consumer.pull(queue, "*", 40, 32);
    equal(PullStatus.NO_NEW_MSG, nothing.getPullStatus(), "status at the end");
    offsets(nothing, 40, 0, 40);
    PullResult beyond = consumer.pull(queue, "*", 1_000, 32);
    equal(PullStatus.OFFSET_ILLEGAL, beyond.getPullStatus(), "status beyond the end");
    offsets(beyond, 40, 0, 40);

    // An empty queue, and a queue that does not exist.
    String empty = context.topic("empty", 1);
    PullResult onEmpty = consumer.pull(context.queues(consumer, empty).get(0), "*", 0, 32);
    equal(PullStatus.NO_NEW_MSG, onEmpty.getPullStatus(), "status of an empty queue at 0");
    offsets(onEmpty, 0, 0, 0);
    PullResult onEmptyBeyond = consumer.pull(context.queues(consumer, empty).get(0), "*", 7, 32);
    equal(PullStatus.OFFSET_ILLEGAL, onEmptyBeyond.getPullStatus(), "status of an empty queue at 7");
    equal(0L, onEmptyBeyond.getNextBeginOffset(), "next offset of an empty queue at 7");
  }

  private static void offsets(PullResult result, long next, long min, long max) {
    equal(next, result.getNextBeginOffset(), "nextBeginOffset of " + result.getPullStatus());
    equal(min, result.getMinOffset(), "minOffset of " + result.getPullStatus());
    equal(max, result.getMaxOffset(), "maxOffset of " + result.getPullStatus());
  }

  /** A pull that finds nothing is held until a message comes, or until the time that the client named is over. */
  static void longPolling(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    DefaultMQPullConsumer consumer = context.pull(context.group());
    MessageQueue queue = context.queues(consumer, topic).get(0);
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CompletableFuture<PullResult> held = pullHeld(consumer, queue, i);
      // Nothing shows from outside that the broker holds the pull; this is time enough to get there.
      Thread.sleep(400);
      that(!held.isDone(), "a pull with nothing to find was answered: " + held);
      long sent = System.nanoTime();
      producer.send(new Message(topic, "TagA", Context.bytes("wanted" + i)));
      PullResult result = held.get(30, TimeUnit.SECONDS);
      took.add((System.nanoTime() - sent) / 1_000_000);
      equal(PullStatus.FOUND, result.getPullStatus(), "status of held pull " + i);
      equal("wanted" + i, new String(result.getMsgFoundList().get(0).getBody()), "body");
    }
    // Held pulls are also looked at every five seconds; the median shows whether the send itself woke them.
    took.sort(null);
    that(took.get(2) < 1_000, "held pulls were answered after " + took + " ms");

    long began = System.nanoTime();
    PullResult nothing = pullHeld(consumer, queue, 5).get(40, TimeUnit.SECONDS);
    long ms = (System.nanoTime() - began) / 1_000_000;
    equal(PullStatus.NO_NEW_MSG, nothing.getPullStatus(), "status when the time is over");
    offsets(nothing, 5, 0, 5);
    that(ms >= SUSPEND_MS - 200 && ms < SUSPEND_MS + 8_000, "held for " + ms + " ms instead of " + SUSPEND_MS);
  }

  private static final long SUSPEND_MS = 6_000;

  private static CompletableFuture<PullResult> pullHeld(DefaultMQPullConsumer consumer, MessageQueue queue, long offset) {
    consumer.setBrokerSuspendMaxTimeMillis(SUSPEND_MS);
    CompletableFuture<PullResult> held = new CompletableFuture<>();
    new Thread(() -> {
      try {
        held.complete(consumer.pullBlockIfNotFound(queue, "TagA", offset, 32));
      } catch (Throwable thrown) {
        held.completeExceptionally(thrown);
      }
    }).start();
    return held;
  }
}
