package conformance;

import java.lang.reflect.Method;
import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** What moved to another package between client 4.9 and 5: reached without naming the package. */
final class Compat {
  private Compat() {}

  static void broadcasting(DefaultMQPushConsumer consumer) {
    try {
      Class<?> model = consumer.getMessageModel().getClass();
      DefaultMQPushConsumer.class.getMethod("setMessageModel", model).invoke(consumer, model.getField("BROADCASTING").get(null));
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** With two arguments in 5; in 4.9 the cluster comes after the topic, in 5's overload of three before it. */
  static void deleteTopicInNameServer(DefaultMQAdminExt admin, String nameServer, String topic) throws Exception {
    try {
      DefaultMQAdminExt.class.getMethod("deleteTopicInNameServer", Set.class, String.class).invoke(admin, Set.of(nameServer), topic);
    } catch (NoSuchMethodException version49) {
      admin.deleteTopicInNameServer(Set.of(nameServer), topic, "DefaultCluster");
    }
  }

  static void createGroup(DefaultMQAdminExt admin, String address, String group, int retryMaxTimes, int retryQueues) throws Exception {
    for (Method method : DefaultMQAdminExt.class.getMethods()) {
      if (!method.getName().equals("createAndUpdateSubscriptionGroupConfig")) continue;
      Class<?> type = method.getParameterTypes()[1];
      Object config = type.getConstructor().newInstance();
      type.getMethod("setGroupName", String.class).invoke(config, group);
      type.getMethod("setRetryMaxTimes", int.class).invoke(config, retryMaxTimes);
      type.getMethod("setRetryQueueNums", int.class).invoke(config, retryQueues);
      method.invoke(admin, address, config);
    }
  }
}
