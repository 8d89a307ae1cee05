package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.thrown;
import static conformance.Check.until;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Looks for everything that StoreFill wrote down, through the broker that has the store now.
 *
 * <pre>java conformance.StoreVerify --name-server A --manifest FILE [--killed]</pre>
 *
 * After a kill -9, records behind the last acknowledged ones may exist, offsets may be some seconds old, and what was delivered
 * may be delivered again; after a clean stop nothing of that may be.
 */
@SuppressWarnings("deprecation")
public final class StoreVerify {
  private static final PrintStream OUT = System.out;

  private final Context context;
  private final List<StoreManifest.Fact> facts;
  private final boolean killed;
  private final DefaultMQPullConsumer pull;
  /** Records by topic, queue and offset. */
  private final Map<String, Map<MessageQueue, Map<Long, MessageExt>>> found = new HashMap<>();

  private StoreVerify(Context context, List<StoreManifest.Fact> facts, boolean killed) throws Exception {
    this.context = context;
    this.facts = facts;
    this.killed = killed;
    this.pull = context.pull(context.group("verify"));
  }

  public static void main(String[] args) throws Exception {
    System.setOut(System.err);
    Map<String, String> options = Main.options(args);
    List<String> faults = new ArrayList<>();
    int records = 0;
    try {
      DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);
      admin.setNamesrvAddr(options.get("name-server"));
      admin.setInstanceName("store-verify");
      admin.start();
      Context context = new Context(new Context.Run(options.get("name-server"), "s", admin), "store");
      List<StoreManifest.Fact> facts = StoreManifest.read(Path.of(options.get("manifest")));
      StoreVerify verify = new StoreVerify(context, facts, options.containsKey("killed"));
      Map<String, Check.Throwing> checks = new LinkedHashMap<>();
      checks.put("topics", verify::topics);
      checks.put("records", verify::records);
      checks.put("queries", verify::queries);
      checks.put("dead letters", verify::deadLetters);
      checks.put("group offsets", verify::groupOffsets);
      checks.put("retries", verify::retries);
      checks.put("delayed", verify::delayed);
      checks.put("deleted topics", verify::deletedTopics);
      checks.put("new messages", verify::newMessages);
      for (var check : checks.entrySet()) {
        try {
          check.getValue().run();
        } catch (Throwable failure) {
          faults.add(check.getKey() + ": " + (failure instanceof AssertionError ? failure.getMessage() : failure.toString()));
        }
      }
      records = (int) facts.stream().filter(fact -> fact.kind().equals("message")).count();
    } catch (Throwable failure) {
      faults.add(failure.toString());
    }
    OUT.println(Json.line(Map.of("ok", faults.isEmpty(), "detail", String.join("\n", faults), "records", records)));
    OUT.flush();
    Runtime.getRuntime().halt(0);
  }

  private List<StoreManifest.Fact> of(String kind) {
    return facts.stream().filter(fact -> fact.kind().equals(kind)).toList();
  }

  private Map<MessageQueue, Map<Long, MessageExt>> all(String topic) throws Exception {
    if (!found.containsKey(topic)) {
      Map<MessageQueue, Map<Long, MessageExt>> queues = new HashMap<>();
      for (MessageQueue queue : context.queues(pull, topic)) {
        Map<Long, MessageExt> messages = new LinkedHashMap<>();
        for (MessageExt message : Context.drain(pull, queue)) messages.put(message.getQueueOffset(), message);
        queues.put(queue, messages);
      }
      found.put(topic, queues);
    }
    return found.get(topic);
  }

  /** The broker registered what its configuration files say. */
  private void topics() throws Exception {
    Map<String, Integer> queues = Map.of("normal", 4, "batch", 1, "large", 2, "delayed", 2, "retried", 1);
    for (var entry : queues.entrySet()) {
      var route = context.admin().examineTopicRouteInfo(context.name(entry.getKey())).getQueueDatas().get(0);
      equal(entry.getValue(), route.getWriteQueueNums(), "write queues of " + entry.getKey());
      equal(entry.getValue(), route.getReadQueueNums(), "read queues of " + entry.getKey());
    }
  }

  private void records() throws Exception {
    List<String> faults = new ArrayList<>();
    Set<String> topics = new LinkedHashSet<>();
    Map<String, Long> counts = new HashMap<>();
    for (StoreManifest.Fact fact : of("message")) {
      String topic = fact.word(0);
      topics.add(topic);
      counts.merge(topic, 1L, Long::sum);
      MessageQueue queue = all(topic).keySet().stream().filter(one -> one.getQueueId() == fact.number(1)).findFirst().orElse(null);
      MessageExt message = queue == null ? null : all(topic).get(queue).get(Long.parseLong(fact.word(2)));
      String place = topic + " queue " + fact.word(1) + " offset " + fact.word(2);
      if (message == null) {
        faults.add("nothing at " + place);
        continue;
      }
      if (!fact.word(3).equals(message.getMsgId())) faults.add("another message at " + place + ": " + message.getMsgId());
      else if (!fact.word(5).equals(StoreManifest.sha256(message.getBody()))) faults.add("another body at " + place);
      else if (!fact.word(6).equals(message.getTags() == null ? "" : message.getTags())) faults.add("other tags at " + place);
      else if (!fact.word(7).equals(message.getKeys() == null ? "" : message.getKeys())) faults.add("other keys at " + place);
      else if (MessageDecoder.decodeMessageId(fact.word(4)).getOffset() != message.getCommitLogOffset()) faults.add("another commitLogOffset at " + place);
      else if (topic.endsWith("normal-s") && !String.valueOf(message.getUserProperty("número-数")).startsWith("Grüße {")) faults.add("other properties at " + place);
    }
    if (!killed) {
      for (String topic : topics) {
        long stored = all(topic).values().stream().mapToLong(Map::size).sum();
        if (stored != counts.get(topic)) faults.add(topic + " holds " + stored + " records instead of " + counts.get(topic));
      }
    }
    that(faults.isEmpty(), faults.size() + " of " + of("message").size() + " are wrong: " + faults.stream().limit(5).toList());
  }

  private void queries() throws Exception {
    long begin = System.currentTimeMillis() - 86_400_000;
    long end = System.currentTimeMillis() + 86_400_000;
    List<StoreManifest.Fact> sent = of("message");
    for (int i = 0; i < sent.size(); i += Math.max(1, sent.size() / 40)) {
      StoreManifest.Fact fact = sent.get(i);
      MessageExt byOffsetId = context.admin().viewMessage(fact.word(0), fact.word(4));
      equal(fact.word(5), StoreManifest.sha256(byOffsetId.getBody()), "body by offsetMsgId " + fact.word(4));
      MessageExt byId = context.admin().viewMessage(fact.word(0), fact.word(3));
      equal(fact.word(5), StoreManifest.sha256(byId.getBody()), "body by msgId " + fact.word(3));
      if (fact.word(7).isEmpty()) continue;
      String key = fact.word(7).split(" ")[0];
      var byKey = pull.queryMessage(fact.word(0), key, 32, begin, end).getMessageList();
      that(byKey.stream().anyMatch(message -> message.getMsgId().equals(fact.word(3))), "query by key " + key + " does not find " + fact.word(3));
    }
  }

  private void deadLetters() throws Exception {
    for (StoreManifest.Fact fact : of("dead")) {
      List<String> bodies = context.drain(pull, "%DLQ%" + fact.word(0)).stream().map(message -> new String(message.getBody())).toList();
      equal(List.of(fact.word(1)), bodies, "dead letters of " + fact.word(0));
    }
  }

  /** The group's offsets are where it left them, and a consumer of it gets the rest and nothing before. */
  private void groupOffsets() throws Exception {
    Map<Integer, Long> offsets = new HashMap<>();
    String group = of("group").get(0).word(0);
    String topic = of("group").get(0).word(1);
    for (StoreManifest.Fact fact : of("group")) offsets.put(fact.number(2), Long.parseLong(fact.word(3)));
    if (!killed) {
      // Asked by the tools: a member that asks would be in the group, and hold queues for as long as the broker believes in it.
      var table = context.admin().examineConsumeStats(group, topic).getOffsetTable();
      for (MessageQueue queue : context.queues(pull, topic)) {
        equal(offsets.get(queue.getQueueId()), table.get(queue).getConsumerOffset(), "offset of " + group + " in queue " + queue.getQueueId());
      }
    }
    Set<String> wanted = new HashSet<>();
    for (StoreManifest.Fact fact : of("message")) {
      if (fact.word(0).equals(topic) && Long.parseLong(fact.word(2)) >= offsets.get(fact.number(1))) wanted.add(fact.word(3));
    }
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(topic, "*");
    GroupScenarios.listen(consumer, received);
    consumer.start();
    try {
      until("the rest of the messages", () -> ids(received).containsAll(wanted));
    } catch (AssertionError late) {
      Set<String> missing = new HashSet<>(wanted);
      missing.removeAll(ids(received));
      throw new AssertionError(late.getMessage() + "; " + missing.size() + " of " + wanted.size() + " missing; the consumer holds "
          + consumer.getDefaultMQPushConsumerImpl().getRebalanceImpl().getProcessQueueTable().keySet());
    }
    if (!killed) equal(wanted, ids(received), "messages after the group's offsets");
    consumer.shutdown();
  }

  private static Set<String> ids(Received received) {
    Set<String> ids = new HashSet<>();
    received.all().forEach(arrival -> ids.add(arrival.message().getMsgId()));
    return ids;
  }

  private void retries() throws Exception {
    for (StoreManifest.Fact fact : of("retry")) {
      Received received = new Received();
      DefaultMQPushConsumer consumer = context.pushConsumer(fact.word(0));
      consumer.subscribe(fact.word(1), "*");
      GroupScenarios.listen(consumer, received);
      consumer.start();
      until("the message to be retried", () -> received.all().stream().anyMatch(arrival -> arrival.message().getReconsumeTimes() == 1));
      Received.Arrival again = received.all().stream().filter(arrival -> arrival.message().getReconsumeTimes() == 1).findFirst().orElseThrow();
      equal(fact.word(2), again.body(), "body of the retried message");
      equal(fact.word(1), again.message().getTopic(), "topic of the retried message");
      if (!killed) equal(1, received.size(), "messages for the group that had one to retry: " + received.bodies());
      consumer.shutdown();
    }
  }

  /** What was due after the switch comes; what came before it does not come again. */
  private void delayed() throws Exception {
    String topic = context.name("delayed");
    Set<String> wanted = new HashSet<>(List.of("past 0", "past 1", "past 2"));
    of("pending").forEach(fact -> wanted.add(fact.word(1)));
    until("delayed messages", () -> new HashSet<>(bodies(topic)).containsAll(wanted));
    List<String> bodies = bodies(topic);
    if (!killed) equal(wanted.size(), bodies.size(), "delayed messages: " + bodies);
  }

  private List<String> bodies(String topic) throws Exception {
    return context.drain(pull, topic).stream().map(message -> new String(message.getBody())).toList();
  }

  private void deletedTopics() {
    if (killed) return;
    for (StoreManifest.Fact fact : of("gone")) {
      MQClientException gone = thrown(MQClientException.class, "route of " + fact.word(0), () -> context.admin().examineTopicRouteInfo(fact.word(0)));
      equal(17, gone.getResponseCode(), "code of the route of a deleted topic");
    }
  }

  /** New messages take the offsets after the old ones, in the queues and in the log. */
  private void newMessages() throws Exception {
    String topic = context.name("normal");
    Map<Integer, Long> next = new HashMap<>();
    for (MessageQueue queue : context.queues(pull, topic)) next.put(queue.getQueueId(), pull.maxOffset(queue));
    DefaultMQProducer producer = context.producer(context.group("after"));
    for (int i = 0; i < 12; i++) {
      SendResult result = producer.send(new Message(topic, "After", "after" + i, Context.bytes("after " + i)));
      int queue = result.getMessageQueue().getQueueId();
      equal(next.get(queue), result.getQueueOffset(), "queueOffset of a new message in queue " + queue);
      next.put(queue, result.getQueueOffset() + 1);
    }
    Set<String> bodies = new HashSet<>(bodies(topic));
    for (int i = 0; i < 12; i++) that(bodies.contains("after " + i), "new message " + i + " is not in the topic");
    until("a new message by its key", () -> !pull.queryMessage(topic, "after5", 32, System.currentTimeMillis() - 600_000, System.currentTimeMillis() + 600_000).getMessageList().isEmpty());
  }
}
