package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.until;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

final class SendScenarios {
  private static final int MESSAGE_ILLEGAL = 13;

  private SendScenarios() {}

  /** Each answer names the queue, the next offset in it and an id that leads back to the record. */
  static void sync(Context context) throws Exception {
    String topic = context.topic(4);
    DefaultMQProducer producer = context.producer();
    Map<MessageQueue, Long> next = new HashMap<>();
    Map<String, SendResult> sent = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      Message message = new Message(topic, "TagA", "key" + i, Context.bytes("body" + i));
      SendResult result = producer.send(message);
      equal(SendStatus.SEND_OK, result.getSendStatus(), "status");
      // The client makes this one: 28 bytes instead of 16 where it found an IPv6 address first.
      that(result.getMsgId().matches("[0-9A-F]{32}|[0-9A-F]{56}"), "msgId of 32 hex digits: " + result.getMsgId());
      that(result.getOffsetMsgId().matches("[0-9A-F]{32}"), "offsetMsgId of 32 hex digits: " + result.getOffsetMsgId());
      equal(context.brokerAddress(), MessageDecoder.decodeMessageId(result.getOffsetMsgId()).getAddress(), "address in offsetMsgId");
      equal(topic, result.getMessageQueue().getTopic(), "topic of the queue");
      equal(next.getOrDefault(result.getMessageQueue(), 0L), result.getQueueOffset(), "queueOffset of " + result.getMessageQueue());
      equal("DefaultRegion", result.getRegionId(), "regionId");
      equal(true, result.isTraceOn(), "traceOn");
      next.put(result.getMessageQueue(), result.getQueueOffset() + 1);
      sent.put("body" + i, result);
    }
    equal(4, next.size(), "queues used");
    equal(new HashSet<>(List.of(10L)), new HashSet<>(next.values()), "messages in each queue");

    var stored = context.drain(context.pull(context.group()), topic);
    equal(40, stored.size(), "stored messages");
    for (MessageExt message : stored) {
      String body = new String(message.getBody());
      SendResult result = sent.get(body);
      equal(result.getMsgId(), message.getMsgId(), "msgId");
      equal(result.getQueueOffset(), message.getQueueOffset(), "queueOffset");
      equal(result.getMessageQueue().getQueueId(), message.getQueueId(), "queueId");
      equal(result.getMessageQueue().getBrokerName(), message.getBrokerName(), "brokerName");
      equal(MessageDecoder.decodeMessageId(result.getOffsetMsgId()).getOffset(), message.getCommitLogOffset(), "commitLogOffset");
      equal("TagA", message.getTags(), "tags");
      equal(body.replace("body", "key"), message.getKeys(), "keys");
      equal(0, message.getReconsumeTimes(), "reconsumeTimes");
      equal(context.brokerAddress(), message.getStoreHost(), "storeHost");
      that(message.getStoreTimestamp() >= message.getBornTimestamp(), "stored after it was born");
      that(message.getBornHostString().equals("127.0.0.1"), "bornHost " + message.getBornHostString());
      that(message.getStoreSize() > message.getBody().length, "storeSize " + message.getStoreSize());
    }
  }

  static void async(Context context) throws Exception {
    String topic = context.topic(4);
    DefaultMQProducer producer = context.producer();
    int count = 100;
    CountDownLatch answered = new CountDownLatch(count);
    ConcurrentLinkedQueue<Throwable> failed = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < count; i++) {
      producer.send(new Message(topic, Context.bytes("async" + i)), new SendCallback() {
        @Override
        public void onSuccess(SendResult result) {
          if (result.getSendStatus() != SendStatus.SEND_OK) failed.add(new AssertionError(result.toString()));
          answered.countDown();
        }

        @Override
        public void onException(Throwable thrown) {
          failed.add(thrown);
          answered.countDown();
        }
      });
    }
    that(answered.await(60, TimeUnit.SECONDS), answered.getCount() + " callbacks never came");
    if (!failed.isEmpty()) throw new AssertionError(failed.size() + " failed", failed.peek());
    expectBodies(context, topic, Context.numbered("async", count));
  }

  static void oneway(Context context) throws Exception {
    String topic = context.topic(4);
    DefaultMQProducer producer = context.producer();
    int count = 60;
    for (int i = 0; i < count; i++) producer.sendOneway(new Message(topic, Context.bytes("oneway" + i)));
    until(count + " stored", () -> context.stored(topic) == count);
    expectBodies(context, topic, Context.numbered("oneway", count));
  }

  /** One request, many records: each with its own offset, id and properties. */
  static void batch(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Message message = new Message(topic, i % 2 == 0 ? "Even" : "Odd", "batchkey" + i, Context.bytes("batch" + i));
      message.putUserProperty("number", Integer.toString(i));
      messages.add(message);
    }
    context.send(producer, topic, "before", 3);
    SendResult result = producer.send(messages);
    equal(SendStatus.SEND_OK, result.getSendStatus(), "status");
    equal(3L, result.getQueueOffset(), "queueOffset of the first");
    equal(20, result.getMsgId().split(",").length, "ids in msgId");
    String[] offsetIds = result.getOffsetMsgId().split(",");
    equal(20, offsetIds.length, "ids in offsetMsgId");
    SendResult after = context.send(producer, topic, "after", 1).get(0);
    equal(23L, after.getQueueOffset(), "queueOffset after the batch");

    List<MessageExt> stored = context.drain(context.pull(context.group()), topic);
    equal(24, stored.size(), "stored messages");
    for (int i = 0; i < 20; i++) {
      MessageExt message = stored.get(3 + i);
      equal("batch" + i, new String(message.getBody()), "body");
      equal(3L + i, message.getQueueOffset(), "queueOffset");
      equal(i % 2 == 0 ? "Even" : "Odd", message.getTags(), "tags");
      equal("batchkey" + i, message.getKeys(), "keys");
      equal(Integer.toString(i), message.getUserProperty("number"), "user property");
      equal(result.getMsgId().split(",")[i], message.getMsgId(), "msgId");
      equal(MessageDecoder.decodeMessageId(offsetIds[i]).getOffset(), message.getCommitLogOffset(), "commitLogOffset");
    }
    MessageExt found = context.admin().viewMessage(topic, offsetIds[7]);
    equal("batch7", new String(found.getBody()), "view by the eighth offsetMsgId");
  }

  /** Small, compressed (from 4096 bytes on) and as large as a broker takes. */
  static void sizes(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer plain = context.producer(context.group("plain"));
    plain.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
    DefaultMQProducer compressing = context.producer(context.group("compressing"));
    List<byte[]> bodies = new ArrayList<>();
    List<Boolean> compressed = new ArrayList<>();
    for (int size : new int[] {1, 4095, 4096, 100_000}) {
      bodies.add(text(size));
      compressed.add(size >= 4096);
      equal(SendStatus.SEND_OK, compressing.send(new Message(topic, bodies.get(bodies.size() - 1))).getSendStatus(), size + " bytes of text");
    }
    for (int size : new int[] {4096, 1 << 20, 4 << 20}) {
      bodies.add(noise(size));
      compressed.add(false);
      equal(SendStatus.SEND_OK, plain.send(new Message(topic, bodies.get(bodies.size() - 1))).getSendStatus(), size + " bytes of noise");
    }

    Received received = new Received();
    var consumer = context.litePull(context.group());
    consumer.subscribe(topic, "*");
    consumer.start();
    until("all sizes", () -> {
      received.addAll(consumer.poll(1_000));
      return received.size() >= bodies.size();
    });
    equal(bodies.size(), received.size(), "messages");
    for (int i = 0; i < bodies.size(); i++) {
      MessageExt message = received.all().get(i).message();
      that(Arrays.equals(bodies.get(i), message.getBody()), "body of " + bodies.get(i).length + " bytes came back as " + message.getBody().length);
      // Client 5 takes the compressed flag off when it unpacks; the record's size tells.
      equal(compressed.get(i), message.getStoreSize() < bodies.get(i).length, "stored compressed at " + bodies.get(i).length + " bytes");
    }
  }

  /** What the broker itself refuses, past the client's own checks. */
  static void refused(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    producer.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
    producer.setMaxMessageSize(8 << 20);
    producer.setRetryTimesWhenSendFailed(0);
    MQBrokerException tooLarge = Check.thrown(MQBrokerException.class, "a body of 4 MiB + 1",
        () -> producer.send(new Message(topic, noise((4 << 20) + 1))));
    equal(MESSAGE_ILLEGAL, tooLarge.getResponseCode(), "code for a body of 4 MiB + 1");
    Message wordy = new Message(topic, Context.bytes("body"));
    wordy.putUserProperty("long", "x".repeat(33_000));
    MQBrokerException tooWordy = Check.thrown(MQBrokerException.class, "33,000 characters of properties", () -> producer.send(wordy));
    equal(MESSAGE_ILLEGAL, tooWordy.getResponseCode(), "code for 33,000 characters of properties");
    equal(0L, context.stored(topic), "stored after refusals");
    context.send(producer, topic, "fine", 1);
  }

  /** The first send to an unknown topic creates it with the queues of the producer's default. */
  static void autoCreate(Context context) throws Exception {
    String topic = context.name("");
    DefaultMQProducer producer = context.producer();
    context.send(producer, topic, "first", 8);
    until("route", () -> !context.admin().examineTopicRouteInfo(topic).getQueueDatas().isEmpty());
    var queues = context.admin().examineTopicRouteInfo(topic).getQueueDatas().get(0);
    equal(4, queues.getReadQueueNums(), "read queues");
    equal(4, queues.getWriteQueueNums(), "write queues");
    equal(6, queues.getPerm(), "permission");
    expectBodies(context, topic, Context.numbered("first", 8));
  }

  /** Properties survive in any script, and an empty body part of a key list too. */
  static void properties(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    Map<String, String> wanted = new HashMap<>();
    wanted.put("plain", "value");
    wanted.put("umlaut-ключ-鍵", "Grüße, 世界 🚀");
    wanted.put("json", "{\"a\":[1,2],\"b\":\"c=d;e,f\"}");
    wanted.put("spaces", "  two  spaces  ");
    wanted.put("long", "y".repeat(5_000));
    Message message = new Message(topic, "Tag-ü", "one two three", Context.bytes("body"));
    wanted.forEach(message::putUserProperty);
    message.setFlag(0x1234);
    message.setBuyerId("buyer");
    producer.send(message);
    MessageExt stored = context.drain(context.pull(context.group()), topic).get(0);
    wanted.forEach((key, value) -> equal(value, stored.getUserProperty(key), "property " + key));
    equal("Tag-ü", stored.getTags(), "tags");
    equal("one two three", stored.getKeys(), "keys");
    equal(0x1234, stored.getFlag(), "flag");
    equal("buyer", stored.getBuyerId(), "buyerId");
    equal(true, stored.isWaitStoreMsgOK(), "waitStoreMsgOK");
  }

  static void expectBodies(Context context, String topic, List<String> expected) throws Exception {
    List<String> bodies = context.drain(context.pull(context.group("look")), topic).stream().map(message -> new String(message.getBody())).toList();
    equal(expected.size(), bodies.size(), "messages in " + topic);
    equal(new HashSet<>(expected), new HashSet<>(bodies), "bodies in " + topic);
  }

  static byte[] text(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) bytes[i] = (byte) ('a' + i % 26);
    return bytes;
  }

  static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
