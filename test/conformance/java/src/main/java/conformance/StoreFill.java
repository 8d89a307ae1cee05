package conformance;

import static conformance.Check.equal;
import static conformance.Check.until;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Fills a broker's store with every kind of message and writes down what must be found in it later.
 *
 * <pre>java conformance.StoreFill --name-server A --manifest FILE [--load]</pre>
 *
 * With --load it goes on sending until a send fails, because somebody is to kill the broker meanwhile.
 */
public final class StoreFill {
  private static final PrintStream OUT = System.out;

  private final Context context;
  private final StoreManifest manifest;
  private final DefaultMQProducer producer;

  private StoreFill(Context context, StoreManifest manifest) throws Exception {
    this.context = context;
    this.manifest = manifest;
    this.producer = context.producer();
    producer.setCompressMsgBodyOverHowmuch(4096);
  }

  public static void main(String[] args) throws Exception {
    System.setOut(System.err);
    Map<String, String> options = Main.options(args);
    try {
      DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);
      admin.setNamesrvAddr(options.get("name-server"));
      admin.setInstanceName("store-fill");
      admin.start();
      Context context = new Context(new Context.Run(options.get("name-server"), "s", admin), "store");
      try (StoreManifest manifest = StoreManifest.append(Path.of(options.get("manifest")))) {
        StoreFill fill = new StoreFill(context, manifest);
        fill.everything();
        OUT.println("{\"filled\":true}");
        if (options.containsKey("load")) OUT.println("{\"loaded\":" + fill.loadUntilItBreaks() + "}");
      }
      OUT.flush();
      Runtime.getRuntime().halt(0);
    } catch (Throwable failure) {
      failure.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private void everything() throws Exception {
    normal();
    batch();
    large();
    delayedAndDelivered();
    retried();
    groupOffsets();
    deletedTopic();
    delayedAndPending();
  }

  private SendResult send(Message message) throws Exception {
    byte[] body = message.getBody();
    SendResult result = producer.send(message);
    equal(SendStatus.SEND_OK, result.getSendStatus(), "status");
    record(message.getTopic(), result.getMessageQueue().getQueueId(), result.getQueueOffset(), result.getMsgId(), result.getOffsetMsgId(), body, message);
    return result;
  }

  private void record(String topic, int queueId, long queueOffset, String msgId, String offsetMsgId, byte[] body, Message message) throws Exception {
    manifest.add("message", topic, queueId, queueOffset, msgId, offsetMsgId, StoreManifest.sha256(body), message.getTags(), message.getKeys());
  }

  private void normal() throws Exception {
    String topic = context.topic("normal", 4);
    for (int i = 0; i < 80; i++) {
      Message message = new Message(topic, i % 3 == 0 ? "TagA" : "TagB", i % 2 == 0 ? "key" + i + " shared" : "", Context.bytes("normal " + i));
      message.putUserProperty("número-数", "Grüße {" + i + "} = , ; 🚀");
      send(message);
    }
  }

  private void batch() throws Exception {
    String topic = context.topic("batch", 1);
    for (int round = 0; round < 3; round++) {
      List<Message> messages = new ArrayList<>();
      for (int i = 0; i < 20; i++) messages.add(new Message(topic, "Batch", "batch" + round + "-" + i, Context.bytes("batch " + round + " " + i)));
      SendResult result = producer.send(messages);
      String[] ids = result.getMsgId().split(",");
      String[] offsetIds = result.getOffsetMsgId().split(",");
      for (int i = 0; i < 20; i++) {
        record(topic, result.getMessageQueue().getQueueId(), result.getQueueOffset() + i, ids[i], offsetIds[i], messages.get(i).getBody(), messages.get(i));
      }
    }
  }

  /** Compressed text, and noise of 4 MiB: enough for several segments when they are small. */
  private void large() throws Exception {
    String topic = context.topic("large", 2);
    for (int i = 0; i < 4; i++) send(new Message(topic, "Text", "text" + i, SendScenarios.text(100_000 + i)));
    producer.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
    for (int i = 0; i < 6; i++) send(new Message(topic, "Noise", "noise" + i, SendScenarios.noise((4 << 20) - i)));
    producer.setCompressMsgBodyOverHowmuch(4096);
  }

  private void delayedAndDelivered() throws Exception {
    String topic = context.topic("delayed", 2);
    for (int i = 0; i < 3; i++) {
      Message message = new Message(topic, "Delayed", "", Context.bytes("past " + i));
      message.setDelayTimeLevel(1);
      producer.send(message);
    }
    until("delivery of level 1", () -> context.stored(topic) == 3);
  }

  /** One message becomes a dead letter now, another is due again in ten seconds: with whoever has the store then. */
  private void retried() throws Exception {
    String topic = context.topic("retried", 1);
    String group = context.group("retried");
    AtomicInteger seen = new AtomicInteger();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(topic, "*");
    consumer.registerMessageListener((MessageListenerConcurrently) (messages, status) -> {
      String body = new String(messages.get(0).getBody());
      seen.incrementAndGet();
      // -1 is the dead-letter topic at once, 3 is ten seconds.
      status.setDelayLevelWhenNextConsume(body.equals("poison") ? -1 : 3);
      return body.equals("fine") ? ConsumeConcurrentlyStatus.CONSUME_SUCCESS : ConsumeConcurrentlyStatus.RECONSUME_LATER;
    });
    consumer.start();
    for (String body : List.of("fine", "poison", "again")) send(new Message(topic, "Retry", body, Context.bytes(body)));
    until("three deliveries", () -> seen.get() == 3);
    until("the dead letter", () -> context.stored("%DLQ%" + group) == 1);
    until("the offset after all three", () -> {
      consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
      return context.admin().examineConsumeStats(group, topic).computeTotalDiff() == 0;
    });
    consumer.shutdown();
    manifest.add("dead", group, "poison");
    manifest.add("retry", group, topic, "again");
  }

  private void groupOffsets() throws Exception {
    String topic = context.name("normal");
    String group = context.group("offsets");
    // The tools find the brokers of a group by the route of its retry topic, which its first member would create.
    context.createTopic("%RETRY%" + group, 1, 1);
    for (var entry : context.masters().entrySet()) {
      Compat.createGroup(context.admin(), entry.getValue(), group, 16, 1);
      for (int queue = 0; queue < 4; queue++) {
        int offset = 3 + queue * 4;
        context.admin().updateConsumeOffset(entry.getValue(), group, new MessageQueue(topic, entry.getKey(), queue), offset);
        manifest.add("group", group, topic, queue, offset);
      }
    }
  }

  private void deletedTopic() throws Exception {
    String topic = context.topic("deleted", 2);
    context.send(producer, topic, "deleted", 6);
    context.admin().deleteTopicInBroker(Set.copyOf(context.masters().values()), topic);
    Compat.deleteTopicInNameServer(context.admin(), context.run.nameServer(), topic);
    manifest.add("gone", topic);
  }

  private void delayedAndPending() throws Exception {
    String topic = context.name("delayed");
    for (int i = 0; i < 3; i++) {
      Message message = new Message(topic, "Delayed", "", Context.bytes("future " + i));
      message.setDelayTimeLevel(3);
      producer.send(message);
      manifest.add("pending", topic, "future " + i);
    }
  }

  private int loadUntilItBreaks() throws Exception {
    String topic = context.topic("load", 4);
    AtomicInteger acknowledged = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      DefaultMQProducer own = context.producer(context.group("load" + t));
      own.setRetryTimesWhenSendFailed(0);
      own.setSendMsgTimeout(3_000);
      int thread = t;
      threads.add(new Thread(() -> {
        try {
          for (int i = 0; i < 200_000; i++) {
            Message message = new Message(topic, "Load", "load" + thread + "-" + i, SendScenarios.text(500 + i % 1_000));
            SendResult result = own.send(message);
            record(topic, result.getMessageQueue().getQueueId(), result.getQueueOffset(), result.getMsgId(), result.getOffsetMsgId(), message.getBody(), message);
            int count = acknowledged.incrementAndGet();
            if (count % 500 == 0) synchronized (OUT) {
              OUT.println("{\"acknowledged\":" + count + "}");
              OUT.flush();
            }
          }
        } catch (Exception broken) {
          // The broker was killed: what was acknowledged before is in the manifest.
        }
      }));
    }
    for (Thread thread : threads) thread.start();
    for (Thread thread : threads) thread.join();
    return acknowledged.get();
  }
}
