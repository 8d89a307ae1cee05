import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/**
 * The clients that the dashboard is to show: a producer and consumers of each kind, that stay until their input ends.
 *
 * <p>Prints one line when everything was consumed: the messages sent, in order, as {@code {"sent":[{"msgId":…,"offsetMsgId":…}]}}.
 */
public final class DashboardClients {
  private static final int MESSAGES = 12;

  public static void main(String[] args) throws Exception {
    CountDownLatch plain = new CountDownLatch(MESSAGES);
    CountDownLatch ordered = new CountDownLatch(MESSAGES);
    CountDownLatch past = new CountDownLatch(MESSAGES);
    CountDownLatch failed = new CountDownLatch(2);

    DefaultMQProducer producer = new DefaultMQProducer("DashProducer", true, null);
    producer.setNamesrvAddr(args[0]);
    producer.setInstanceName("producer");
    producer.setClientIP("127.0.0.1");
    producer.setSendMsgTimeout(15_000);
    producer.start();
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) sent.add(send(producer, "DashTopic", i));
    for (int i = 0; i < MESSAGES; i++) send(producer, "DashFifo", i);
    for (int i = 0; i < 2; i++) send(producer, "DashFailing", i);

    DefaultMQPushConsumer gone = consumer(args[0], "DashGone", false);
    gone.subscribe("DashTopic", "*");
    gone.setAwaitTerminationMillisWhenShutdown(10_000);
    gone.registerMessageListener(counting(past));
    gone.start();
    past.await();
    gone.shutdown();

    DefaultMQPushConsumer concurrent = consumer(args[0], "DashGroup", true);
    concurrent.subscribe("DashTopic", "A || B || C");
    concurrent.registerMessageListener(counting(plain));
    concurrent.start();

    DefaultMQPushConsumer orderly = consumer(args[0], "DashOrderly", false);
    orderly.subscribe("DashFifo", "*");
    orderly.registerMessageListener(
        (MessageListenerOrderly)
            (messages, context) -> {
              messages.forEach(message -> ordered.countDown());
              return ConsumeOrderlyStatus.SUCCESS;
            });
    orderly.start();

    DefaultMQPushConsumer broadcast = consumer(args[0], "DashBroadcast", false);
    broadcast.setMessageModel(MessageModel.BROADCASTING);
    broadcast.subscribe("DashTopic", "A");
    broadcast.registerMessageListener(counting(new CountDownLatch(0)));
    broadcast.start();

    DefaultMQPushConsumer failing = consumer(args[0], "DashFails", false);
    failing.setMaxReconsumeTimes(0);
    failing.setConsumeThreadMin(1);
    failing.setConsumeThreadMax(1);
    failing.subscribe("DashFailing", "*");
    failing.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              messages.forEach(message -> failed.countDown());
              return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            });
    failing.start();

    plain.await();
    ordered.await();
    failed.await();
    System.out.println(sent.stream().collect(Collectors.joining(",", "{\"sent\":[", "]}")));
    while (System.in.read() >= 0) continue;
    System.exit(0);
  }

  private static String send(DefaultMQProducer producer, String topic, int i) throws Exception {
    byte[] body = ("{\"n\":" + i + "}").getBytes(StandardCharsets.UTF_8);
    Message message = new Message(topic, List.of("A", "B", "C").get(i % 3), "key-" + i, body);
    message.putUserProperty("n", Integer.toString(i));
    SendResult result = producer.send(message, (queues, given, n) -> queues.get((int) n % queues.size()), i);
    return String.format("{\"msgId\":\"%s\",\"offsetMsgId\":\"%s\"}", result.getMsgId(), result.getOffsetMsgId());
  }

  private static DefaultMQPushConsumer consumer(String nameServer, String group, boolean isTraced) {
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group, isTraced, null);
    consumer.setNamesrvAddr(nameServer);
    consumer.setInstanceName(group);
    consumer.setClientIP("127.0.0.1");
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    return consumer;
  }

  private static MessageListenerConcurrently counting(CountDownLatch latch) {
    return (messages, context) -> {
      messages.forEach(message -> latch.countDown());
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    };
  }
}
