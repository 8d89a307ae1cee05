package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.until;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

final class OrderScenarios {
  private OrderScenarios() {}

  /** All messages of a key go to one queue and are consumed in the order they were sent, one at a time in each queue. */
  static void bySelector(Context context) throws Exception {
    String topic = context.topic(4);
    Received received = new Received();
    Map<Integer, AtomicInteger> busy = new ConcurrentHashMap<>();
    List<String> overlaps = new ArrayList<>();
    DefaultMQPushConsumer consumer = context.pushConsumer(context.group());
    consumer.subscribe(topic, "*");
    consumer.registerMessageListener((MessageListenerOrderly) (messages, status) -> {
      AtomicInteger here = busy.computeIfAbsent(messages.get(0).getQueueId(), id -> new AtomicInteger());
      if (here.incrementAndGet() > 1) synchronized (overlaps) {
        overlaps.add("queue " + messages.get(0).getQueueId());
      }
      received.addAll(messages);
      here.decrementAndGet();
      return ConsumeOrderlyStatus.SUCCESS;
    });
    consumer.start();
    DefaultMQProducer producer = context.producer();
    sendByKey(producer, topic, 10, 20);
    received.await(200);
    equal(200, received.size(), "messages");
    that(overlaps.isEmpty(), "two threads in one queue: " + overlaps);
    checkOrder(received.all().stream().map(Received.Arrival::message).toList());
  }

  /** Two members of an orderly group: the broker's locks keep each queue with one of them. */
  static void twoConsumers(Context context) throws Exception {
    String topic = context.topic(4);
    String group = context.group();
    List<Received> received = List.of(new Received(), new Received());
    List<DefaultMQPushConsumer> consumers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      DefaultMQPushConsumer consumer = context.pushConsumer(group);
      Received mine = received.get(i);
      consumer.subscribe(topic, "*");
      consumer.registerMessageListener((MessageListenerOrderly) (messages, status) -> {
        mine.addAll(messages);
        return ConsumeOrderlyStatus.SUCCESS;
      });
      consumer.start();
      consumers.add(consumer);
    }
    until("two queues each", () -> consumers.stream().allMatch(consumer -> Context.queuesHeld(consumer, topic) == 2));
    sendByKey(context.producer(), topic, 8, 10);
    until("80 messages", () -> received.get(0).size() + received.get(1).size() >= 80);
    Set<Integer> first = queueIds(received.get(0));
    Set<Integer> second = queueIds(received.get(1));
    first.retainAll(second);
    that(first.isEmpty(), "both consumed queues " + first);
    for (Received one : received) checkOrder(one.all().stream().map(Received.Arrival::message).toList());
    equal(80, received.get(0).size() + received.get(1).size(), "messages");
  }

  /** A message that fails holds its queue back; past its retries it becomes a dead letter and the queue goes on. */
  static void suspendThenDlq(Context context) throws Exception {
    String topic = context.topic(1);
    String group = context.group();
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(group);
    consumer.subscribe(topic, "*");
    consumer.setMaxReconsumeTimes(2);
    consumer.setConsumeMessageBatchMaxSize(1);
    consumer.registerMessageListener((MessageListenerOrderly) (messages, status) -> {
      received.addAll(messages);
      status.setSuspendCurrentQueueTimeMillis(200);
      return new String(messages.get(0).getBody()).equals("in1") ? ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT : ConsumeOrderlyStatus.SUCCESS;
    });
    consumer.start();
    context.send(context.producer(), topic, "in", 4);
    received.awaitBodies(List.of("in3"), Check.PATIENCE);
    equal(List.of("in0", "in1", "in1", "in1", "in2", "in3"), received.bodies(), "order of consumption");
    until("the dead letter", () -> context.stored("%DLQ%" + group) == 1);
    MessageExt dead = context.drain(context.pull(context.group("look")), "%DLQ%" + group).get(0);
    equal("in1", new String(dead.getBody()), "body of the dead letter");
  }

  private static void sendByKey(DefaultMQProducer producer, String topic, int keys, int each) throws Exception {
    for (int number = 0; number < each; number++) {
      for (int key = 0; key < keys; key++) {
        Message message = new Message(topic, "", "k" + key, Context.bytes(key + ":" + number));
        producer.send(message, (queues, sent, id) -> queues.get((Integer) id % queues.size()), key);
      }
    }
  }

  private static Set<Integer> queueIds(Received received) {
    Set<Integer> ids = new HashSet<>();
    received.all().forEach(arrival -> ids.add(arrival.message().getQueueId()));
    return ids;
  }

  private static void checkOrder(List<MessageExt> messages) {
    Map<String, Integer> next = new HashMap<>();
    Map<String, Integer> queue = new HashMap<>();
    for (MessageExt message : messages) {
      String[] parts = new String(message.getBody()).split(":");
      equal(next.getOrDefault(parts[0], 0), Integer.parseInt(parts[1]), "next message of key " + parts[0]);
      next.put(parts[0], Integer.parseInt(parts[1]) + 1);
      equal(queue.computeIfAbsent(parts[0], key -> message.getQueueId()), message.getQueueId(), "queue of key " + parts[0]);
    }
  }
}
