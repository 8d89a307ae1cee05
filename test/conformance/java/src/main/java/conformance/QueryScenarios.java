package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.until;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.QueryResult;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

final class QueryScenarios {
  private QueryScenarios() {}

  static void byKey(Context context) throws Exception {
    String topic = context.topic(4);
    String other = context.topic("other", 1);
    DefaultMQProducer producer = context.producer();
    long began = System.currentTimeMillis();
    for (int i = 0; i < 12; i++) {
      producer.send(new Message(topic, "", "all order" + i + " mod" + i % 3, Context.bytes("body" + i)));
    }
    producer.send(new Message(other, "", "all", Context.bytes("elsewhere")));
    long end = System.currentTimeMillis() + 60_000;
    until("twelve by a shared key", () -> bodies(producer, topic, "all", 64, began - 60_000, end).size() == 12);
    equal(Set.of("body7"), bodies(producer, topic, "order7", 64, began - 60_000, end), "by a single key");
    equal(Set.of("body1", "body4", "body7", "body10"), bodies(producer, topic, "mod1", 64, began - 60_000, end), "by a key of four");
    equal(5, bodies(producer, topic, "all", 5, began - 60_000, end).size(), "at most five");
    equal(Set.of("elsewhere"), bodies(producer, other, "all", 64, began - 60_000, end), "the same key in another topic");
    equal(Set.of(), bodies(producer, topic, "absent", 64, began - 60_000, end), "an absent key");
    equal(Set.of(), bodies(producer, topic, "order7", 64, began - 7_200_000, began - 3_600_000), "a key an hour before");
  }

  /** Empty when the client reports NO_MESSAGE. */
  private static Set<String> bodies(DefaultMQProducer producer, String topic, String key, int max, long begin, long end) throws Exception {
    try {
      QueryResult result = producer.queryMessage(topic, key, max, begin, end);
      return result.getMessageList().stream().map(message -> new String(message.getBody())).collect(Collectors.toCollection(HashSet::new));
    } catch (org.apache.rocketmq.client.exception.MQClientException none) {
      that(none.getResponseCode() == 208 || String.valueOf(none.getErrorMessage()).contains("no message"), "query failed: " + none);
      return Set.of();
    }
  }

  static void byUniqueKey(Context context) throws Exception {
    String topic = context.topic(4);
    DefaultMQProducer producer = context.producer();
    List<SendResult> sent = context.send(producer, topic, "unique", 8);
    for (int i = 0; i < 8; i++) {
      String id = sent.get(i).getMsgId();
      until("message " + id, () -> context.admin().viewMessage(topic, id) != null);
      MessageExt found = context.admin().viewMessage(topic, id);
      equal("unique" + i, new String(found.getBody()), "body");
      equal(id, found.getMsgId(), "msgId");
      equal(sent.get(i).getQueueOffset(), found.getQueueOffset(), "queueOffset");
    }
  }

  static void byOffsetMsgId(Context context) throws Exception {
    String topic = context.topic(4);
    DefaultMQProducer producer = context.producer();
    List<SendResult> sent = context.send(producer, topic, "view", 8);
    for (int i = 0; i < 8; i++) {
      MessageExt found = context.admin().viewMessage(topic, sent.get(i).getOffsetMsgId());
      equal("view" + i, new String(found.getBody()), "body");
      equal(topic, found.getTopic(), "topic");
      equal(sent.get(i).getMessageQueue().getQueueId(), found.getQueueId(), "queueId");
      equal(sent.get(i).getQueueOffset(), found.getQueueOffset(), "queueOffset");
    }
  }

  /** minOffset, maxOffset, the offset at a time and the time of the first message. */
  static void offsets(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    var consumer = context.pull(context.group());
    MessageQueue queue = context.queues(consumer, topic).get(0);
    equal(0L, consumer.maxOffset(queue), "maxOffset of an empty queue");
    equal(0L, consumer.minOffset(queue), "minOffset of an empty queue");
    List<MessageExt> stored = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      long now = System.currentTimeMillis();
      // Each in a millisecond of its own, or a search by time could not tell them apart.
      until("a later millisecond", () -> System.currentTimeMillis() > now + 1);
      context.send(producer, topic, "m" + i + "-", 1);
    }
    stored.addAll(Context.drain(consumer, queue));
    equal(10L, consumer.maxOffset(queue), "maxOffset");
    equal(0L, consumer.minOffset(queue), "minOffset");
    equal(stored.get(0).getStoreTimestamp(), consumer.earliestMsgStoreTime(queue), "earliestMsgStoreTime");
    for (int i = 0; i < 10; i++) {
      long time = stored.get(i).getStoreTimestamp();
      equal((long) i, consumer.searchOffset(queue, time), "searchOffset at the time of message " + i);
      if (i > 0 && stored.get(i - 1).getStoreTimestamp() < time - 1) {
        equal((long) i, consumer.searchOffset(queue, time - 1), "searchOffset just before message " + i);
      }
    }
    equal(0L, consumer.searchOffset(queue, stored.get(0).getStoreTimestamp() - 3_600_000), "searchOffset an hour before the first");
    equal(10L, consumer.searchOffset(queue, stored.get(9).getStoreTimestamp() + 3_600_000), "searchOffset an hour after the last");
  }
}
