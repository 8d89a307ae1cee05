package conformance;

import static conformance.Check.equal;
import static conformance.Check.that;
import static conformance.Check.thrown;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.RequestTimeoutException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.RequestCallback;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.message.Message;

final class RequestScenarios {
  private RequestScenarios() {}

  /** The reply finds the producer that asked, by the broker's push to its connection. */
  static void requestReply(Context context) throws Exception {
    String topic = context.topic(2);
    DefaultMQProducer replier = context.producer(context.group("replier"));
    DefaultMQPushConsumer consumer = context.pushConsumer(context.group());
    consumer.subscribe(topic, "*");
    consumer.registerMessageListener((MessageListenerConcurrently) (messages, status) -> {
      for (var message : messages) {
        try {
          Message reply = MessageUtil.createReplyMessage(message, Context.bytes("re: " + new String(message.getBody())));
          reply.putUserProperty("answers", message.getUserProperty("number"));
          replier.send(reply, 10_000);
        } catch (Exception failed) {
          return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        }
      }
      return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    });
    consumer.start();
    Check.until("the replier's queues", () -> Context.queuesHeld(consumer, topic) == 2);

    DefaultMQProducer one = context.producer(context.group("one"));
    DefaultMQProducer two = context.producer(context.group("two"));
    for (int i = 0; i < 10; i++) {
      DefaultMQProducer asker = i % 2 == 0 ? one : two;
      Message request = new Message(topic, Context.bytes("question " + i));
      request.putUserProperty("number", Integer.toString(i));
      Message reply = asker.request(request, 30_000);
      equal("re: question " + i, new String(reply.getBody()), "reply " + i);
      equal(Integer.toString(i), reply.getUserProperty("answers"), "property of reply " + i);
    }

    CompletableFuture<Message> later = new CompletableFuture<>();
    Message question = new Message(topic, Context.bytes("async question"));
    question.putUserProperty("number", "async");
    one.request(question, new RequestCallback() {
      @Override
      public void onSuccess(Message message) {
        // The Java client calls this with null as soon as the request was sent, and again with the reply.
        if (message != null) later.complete(message);
      }

      @Override
      public void onException(Throwable thrown) {
        later.completeExceptionally(thrown);
      }
    }, 30_000);
    equal("re: async question", new String(later.get(40, TimeUnit.SECONDS).getBody()), "reply to the async request");
  }

  /** Nobody replies: the request is stored, and the caller hears of the time-out. */
  static void requestTimeout(Context context) throws Exception {
    String topic = context.topic(1);
    DefaultMQProducer producer = context.producer();
    context.send(producer, topic, "warm", 1);
    long began = System.currentTimeMillis();
    thrown(RequestTimeoutException.class, "a request without a replier", () -> producer.request(new Message(topic, Context.bytes("anyone?")), 3_000));
    long took = System.currentTimeMillis() - began;
    that(took >= 2_500, "time-out after " + took + " ms");
    equal(2L, context.stored(topic), "the request is in the topic");
  }
}
