package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.until;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Fills several segments of a broker that keeps nothing it need not keep, waits until it deleted some, and looks what consumers that
 * fell behind are told.
 *
 * <pre>java conformance.StoreRetention --name-server A</pre>
 */
@SuppressWarnings("deprecation")
public final class StoreRetention {
  private static final int BODY_BYTES = 1 << 20;
  private static final int MESSAGES = 40;
  /** Both brokers look for the first time a minute after their start. */
  private static final Duration DELETED = Duration.ofSeconds(100);

  private final Context context;

  private StoreRetention(Context context) {
    this.context = context;
  }

  public static void main(String[] args) {
    PrintStream out = System.out;
    System.setOut(System.err);
    String detail = "";
    try {
      DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);
      admin.setNamesrvAddr(Main.options(args).get("name-server"));
      admin.setInstanceName("store-retention");
      admin.start();
      new StoreRetention(new Context(new Context.Run(Main.options(args).get("name-server"), "s", admin), "retention")).run();
    } catch (Throwable failure) {
      detail = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
    }
    out.println(Json.line(Map.of("ok", detail.isEmpty(), "detail", detail)));
    out.flush();
    Runtime.getRuntime().halt(0);
  }

  private void run() throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    producer.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      ids.add(producer.send(new Message(topic, "Tag", "key" + i, SendScenarios.noise(BODY_BYTES))).getOffsetMsgId());
    }
    DefaultMQPullConsumer pull = context.pull(context.group("pull"));
    MessageQueue queue = context.queues(pull, topic).get(0);
    String group = behind(queue);
    until("the first message is deleted", DELETED, () -> pull.minOffset(queue) > 0);
    // Deleting may still go on, so what is left is asked for after its end: everything but the newest segments.
    until("nothing more is deleted", DELETED, () -> {
      long before = pull.minOffset(queue);
      Thread.sleep(12_000);
      return pull.minOffset(queue) == before;
    });
    long min = pull.minOffset(queue);
    that(min < MESSAGES, "the newest segment must stay; the queue begins at " + min);
    equal((long) MESSAGES, pull.maxOffset(queue), "maxOffset");

    PullResult moved = pull.pull(queue, "*", 0, 32, 10_000);
    equal(PullStatus.OFFSET_ILLEGAL, moved.getPullStatus(), "a pull from before the first message");
    equal(min, moved.getNextBeginOffset(), "where that pull is sent");
    equal(min, moved.getMinOffset(), "minOffset in its answer");

    rest(queue, group, producer, min);
    queries(pull, topic, ids, (int) min);
  }

  /** A group that consumed one message and then stopped. */
  private String behind(MessageQueue queue) throws Exception {
    String group = context.group();
    context.createTopic("%RETRY%" + group, 1, 1);
    for (var entry : context.masters().entrySet()) {
      Compat.createGroup(context.admin(), entry.getValue(), group, 16, 1);
      context.admin().updateConsumeOffset(entry.getValue(), group, queue, 1);
    }
    return group;
  }

  /** Its consumer gets everything that is left and what comes then, once and in order. */
  private void rest(MessageQueue queue, String group, DefaultMQProducer producer, long min) throws Exception {
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(queue.getTopic(), "*");
    GroupScenarios.listen(consumer, received);
    consumer.start();
    until("what is left", () -> received.size() >= MESSAGES - min);
    producer.send(new Message(queue.getTopic(), "Tag", "new", Context.bytes("new")));
    until("a new message", () -> received.size() > MESSAGES - min);
    List<Long> offsets = received.all().stream().map(arrival -> arrival.message().getQueueOffset()).sorted().toList();
    List<Long> wanted = new ArrayList<>();
    for (long offset = min; offset <= MESSAGES; offset++) wanted.add(offset);
    equal(wanted, offsets, "queue offsets of what the group got");
    consumer.shutdown();
  }

  /** What is left is found by key and by id; what is gone is not. (Apache answers offset 0 with the first message that is left.) */
  private void queries(DefaultMQPullConsumer pull, String topic, List<String> ids, int min) throws Exception {
    long end = System.currentTimeMillis() + 60_000;
    MessageExt left = context.admin().viewMessage(topic, ids.get(min));
    equal((long) min, left.getQueueOffset(), "queueOffset of the first message that is left");
    equal(1, pull.queryMessage(topic, "key" + min, 32, 0, end).getMessageList().size(), "messages with the key of it");
    Check.thrown(Exception.class, "a message that is gone, by its offsetMsgId", () -> context.admin().viewMessage(topic, ids.get(1)));
    Check.thrown(MQClientException.class, "a message that is gone, by its key", () -> pull.queryMessage(topic, "key1", 32, 0, end));
  }
}
