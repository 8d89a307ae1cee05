package conformance.spring;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.spring.annotation.ConsumeMode;
import org.apache.rocketmq.spring.annotation.RocketMQMessageListener;
import org.apache.rocketmq.spring.core.RocketMQListener;
import org.apache.rocketmq.spring.core.RocketMQReplyListener;
import org.springframework.stereotype.Component;

/** One listener of each kind, as applications write them. */
final class Listeners {
  private Listeners() {}

  @Component
  @RocketMQMessageListener(topic = "${run}_spring_text", consumerGroup = "${run}_spring_text_g", selectorExpression = "a || b")
  static class Text implements RocketMQListener<String> {
    @Override
    public void onMessage(String message) {
      Lines.heard("text", message);
    }
  }

  @Component
  @RocketMQMessageListener(topic = "${run}_spring_user", consumerGroup = "${run}_spring_user_g")
  static class Users implements RocketMQListener<User> {
    @Override
    public void onMessage(User user) {
      Lines.heard("user", user);
    }
  }

  @Component
  @RocketMQMessageListener(topic = "${run}_spring_ext", consumerGroup = "${run}_spring_ext_g")
  static class Ext implements RocketMQListener<MessageExt> {
    @Override
    public void onMessage(MessageExt message) {
      Map<String, String> value = new TreeMap<>();
      value.put("body", new String(message.getBody(), StandardCharsets.UTF_8));
      value.put("tags", message.getTags());
      value.put("keys", message.getKeys());
      value.put("colour", message.getUserProperty("colour"));
      Lines.heard("ext", value);
    }
  }

  @Component
  @RocketMQMessageListener(topic = "${run}_spring_order", consumerGroup = "${run}_spring_order_g", consumeMode = ConsumeMode.ORDERLY)
  static class Ordered implements RocketMQListener<String> {
    @Override
    public void onMessage(String message) {
      Lines.heard("order", message);
    }
  }

  @Component
  @RocketMQMessageListener(topic = "${run}_spring_ask", consumerGroup = "${run}_spring_ask_g")
  static class Asked implements RocketMQReplyListener<User, User> {
    @Override
    public User onMessage(User user) {
      return new User(user.getName() + " of Spring", user.getAge() + 1);
    }
  }

  @Component
  @RocketMQMessageListener(topic = "${run}_spring_fail", consumerGroup = "${run}_spring_fail_g", maxReconsumeTimes = 1)
  static class Failing implements RocketMQListener<MessageExt> {
    @Override
    public void onMessage(MessageExt message) {
      Lines.heard("fail", message.getReconsumeTimes());
      throw new IllegalStateException("not this one");
    }
  }
}
