package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.until;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;

final class RetryScenarios {
  private RetryScenarios() {}

  /** Longer than 4,096 bytes: the producer compresses it, and it must stay readable wherever it is stored again. */
  private static final String POISON = "poison ".repeat(1_000);

  /** Refused three times with two retries allowed: seen three times, then in the dead-letter topic, as it was sent. */
  static void retryThenDlq(Context context) throws Exception {
    String topic = context.topic(2);
    String group = context.group();
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(topic, "*");
    consumer.setMaxReconsumeTimes(2);
    consumer.registerMessageListener((MessageListenerConcurrently) (messages, status) -> {
      received.addAll(messages);
      // Level 1 is one second; without it the first retry would take ten.
      status.setDelayLevelWhenNextConsume(1);
      return messages.get(0).getTags().equals("Good") ? ConsumeConcurrentlyStatus.CONSUME_SUCCESS : ConsumeConcurrentlyStatus.RECONSUME_LATER;
    });
    consumer.start();
    DefaultMQProducer producer = context.producer();
    SendResult sent = producer.send(new Message(topic, "Bad", "retry-key", Context.bytes(POISON)));
    producer.send(new Message(topic, "Good", "", Context.bytes("fine")));

    List<Received.Arrival> arrivals = received.await(4).stream().filter(arrival -> arrival.body().equals(POISON)).toList();
    equal(3, arrivals.size(), "deliveries of the poisonous message");
    for (int i = 0; i < 3; i++) {
      MessageExt message = arrivals.get(i).message();
      equal(i, message.getReconsumeTimes(), "reconsumeTimes at delivery " + i);
      equal(topic, message.getTopic(), "topic at delivery " + i);
      equal("Bad", message.getTags(), "tags at delivery " + i);
      equal("retry-key", message.getKeys(), "keys at delivery " + i);
      equal(sent.getMsgId(), message.getMsgId(), "msgId at delivery " + i);
      if (i == 0) continue;
      equal(topic, message.getProperty(MessageConst.PROPERTY_RETRY_TOPIC), "RETRY_TOPIC at delivery " + i);
      equal(sent.getOffsetMsgId(), message.getProperty(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID), "ORIGIN_MESSAGE_ID at delivery " + i);
      long pause = arrivals.get(i).atMs() - arrivals.get(i - 1).atMs();
      that(pause >= 950, "delivery " + i + " came " + pause + " ms after the one before; level 1 is 1,000");
    }

    String dlq = "%DLQ%" + group;
    until("the dead letter", () -> context.stored(dlq) == 1);
    MessageExt dead = context.drain(context.pull(context.group("look")), dlq).get(0);
    equal(POISON, new String(dead.getBody()), "body of the dead letter");
    equal(3, dead.getReconsumeTimes(), "reconsumeTimes of the dead letter");
    equal("Bad", dead.getTags(), "tags of the dead letter");
    equal("retry-key", dead.getKeys(), "keys of the dead letter");
    equal(sent.getMsgId(), dead.getMsgId(), "msgId of the dead letter");
    equal(topic, dead.getProperty(MessageConst.PROPERTY_RETRY_TOPIC), "RETRY_TOPIC of the dead letter");
    equal(sent.getOffsetMsgId(), dead.getProperty(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID), "ORIGIN_MESSAGE_ID of the dead letter");
    equal(2L, context.stored("%RETRY%" + group), "messages in the retry topic");
    equal(4, received.size(), "deliveries in all");
  }

  /** Levels 1, 2 and 3 (1, 5 and 10 seconds): not early, not much late, and where they were sent to. */
  static void delayLevel(Context context) throws Exception {
    long[] delays = {0, 1_000, 5_000, 10_000};
    String topic = context.topic(4);
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(context.group());
    consumer.subscribe(topic, "*");
    consumer.registerMessageListener((MessageListenerConcurrently) (messages, status) -> {
      received.addAll(messages);
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    });
    consumer.start();
    DefaultMQProducer producer = context.producer();
    Map<String, Long> sentAt = new HashMap<>();
    Map<String, SendResult> sent = new HashMap<>();
    for (int level = 0; level <= 3; level++) {
      for (int i = 0; i < 4; i++) {
        String body = level + ":" + i;
        Message message = new Message(topic, "Tag" + level, body, Context.bytes(body));
        if (level > 0) message.setDelayTimeLevel(level);
        sentAt.put(body, System.currentTimeMillis());
        sent.put(body, producer.send(message));
      }
    }
    List<Received.Arrival> arrivals = received.await(16);
    for (Received.Arrival arrival : arrivals) {
      int level = arrival.body().charAt(0) - '0';
      long took = arrival.atMs() - sentAt.get(arrival.body());
      that(took >= delays[level] - 50, "level " + level + " came after " + took + " ms: too early");
      that(took <= delays[level] + 10_000, "level " + level + " came after " + took + " ms: too late");
      MessageExt message = arrival.message();
      equal(topic, message.getTopic(), "topic");
      equal("Tag" + level, message.getTags(), "tags");
      equal(sent.get(arrival.body()).getMessageQueue().getQueueId(), message.getQueueId(), "queueId at level " + level);
      equal(sent.get(arrival.body()).getMsgId(), message.getMsgId(), "msgId");
      equal(0, message.getReconsumeTimes(), "reconsumeTimes");
      if (level > 0) equal(topic, message.getProperty(MessageConst.PROPERTY_REAL_TOPIC), "REAL_TOPIC");
      // Apache's broker means to clear it, but has built the properties' string before; whoever reads it finds the level.
      equal(level, message.getDelayTimeLevel(), "delay level as the consumer reads it");
    }
    equal(16, new HashSet<>(received.bodies()).size(), "different messages");
    equal(16L, context.stored(topic), "records in the topic");
  }
}
