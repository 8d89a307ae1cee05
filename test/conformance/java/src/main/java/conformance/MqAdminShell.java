package conformance;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Apache's mqadmin, many commands in one JVM: a JVM of its own for each would cost four seconds of a core apiece.
 *
 * Reads a command a line, its words separated by tabs, and answers with one JSON line of what it printed. The classes of
 * rocketmq-tools are loaded anew for every command, because some keep their clients in fields. `@fixture` makes what the
 * commands look at: a topic with messages, a connected producer and a connected consumer.
 */
public final class MqAdminShell {
  private static final PrintStream OUT = System.out;

  private MqAdminShell() {}

  public static void main(String[] args) throws Exception {
    String nameServer = Main.options(args).get("name-server");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      String[] words = line.split("\t", -1);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Map<String, Object> answer = new LinkedHashMap<>();
      long began = System.nanoTime();
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      try {
        if (words[0].equals("@fixture")) answer.putAll(fixture(nameServer));
        else run(nameServer, words);
      } catch (Throwable thrown) {
        thrown.printStackTrace(System.err);
      }
      answer.put("stdout", out.toString(StandardCharsets.UTF_8));
      answer.put("stderr", err.toString(StandardCharsets.UTF_8));
      answer.put("ms", (System.nanoTime() - began) / 1_000_000);
      OUT.println(Json.line(answer));
      OUT.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  private static void run(String nameServer, String[] words) throws Exception {
    List<String> args = new ArrayList<>(List.of(words));
    args.add("-n");
    args.add(nameServer);
    URL tools = MQAdminStartup.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader fresh = new FreshTools(tools)) {
      Thread.currentThread().setContextClassLoader(fresh);
      fresh.loadClass(MQAdminStartup.class.getName()).getMethod("main", String[].class).invoke(null, (Object) args.toArray(new String[0]));
    } catch (InvocationTargetException thrown) {
      throw new Exception(thrown.getCause());
    } finally {
      Thread.currentThread().setContextClassLoader(MqAdminShell.class.getClassLoader());
    }
  }

  /** Loads the commands itself and leaves everything else to its parent. */
  private static final class FreshTools extends URLClassLoader {
    FreshTools(URL tools) {
      super(new URL[] {tools}, MqAdminShell.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("org.apache.rocketmq.tools.")) return super.loadClass(name, resolve);
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known != null ? known : findClass(name);
      }
    }
  }

  /** Sends a message whose producer writes a trace of it, and waits until the trace can be found. */
  private static String traced(String nameServer, Context context, DefaultMQAdminExt admin) throws Exception {
    DefaultMQProducer producer = new DefaultMQProducer(context.group("traced"), null, true, null);
    producer.setNamesrvAddr(nameServer);
    producer.setInstanceName("mqadmin-traced");
    producer.start();
    String id = producer.send(new Message(context.topic("traced", 1), Context.bytes("traced"))).getMsgId();
    Check.until("the trace of " + id, () -> !admin.queryMessage("RMQ_SYS_TRACE_TOPIC", id, 1, 0, Long.MAX_VALUE).getMessageList().isEmpty());
    producer.shutdown();
    return id;
  }

  private static Map<String, Object> fixture(String nameServer) throws Exception {
    DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);
    admin.setNamesrvAddr(nameServer);
    admin.setInstanceName("mqadmin-fixture");
    admin.start();
    Context context = new Context(new Context.Run(nameServer, Long.toString(System.currentTimeMillis(), 36), admin), "mqadmin");
    String topic = context.topic(4);
    DefaultMQProducer producer = context.producer();
    SendResult first = null;
    for (int i = 0; i < 12; i++) {
      SendResult sent = producer.send(new Message(topic, i % 2 == 0 ? "Even" : "Odd", "key" + i, Context.bytes("fixture body " + i)));
      if (first == null) first = sent;
    }
    Received received = new Received();
    DefaultMQPushConsumer consumer = context.pushConsumer(context.group());
    consumer.subscribe(topic, "Even || Odd");
    GroupScenarios.listen(consumer, received);
    consumer.start();
    received.await(12);
    Check.until("the group's progress", () -> {
      consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
      return admin.examineConsumeStats(consumer.getConsumerGroup(), topic).computeTotalDiff() == 0;
    });
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("tracedMsgId", traced(nameServer, context, admin));
    names.put("topic", topic);
    names.put("group", consumer.getConsumerGroup());
    names.put("clientId", admin.examineConsumerConnectionInfo(consumer.getConsumerGroup()).getConnectionSet().iterator().next().getClientId());
    names.put("producerGroup", producer.getProducerGroup());
    names.put("msgId", first.getMsgId());
    names.put("offsetMsgId", first.getOffsetMsgId());
    names.put("queueId", first.getMessageQueue().getQueueId());
    return names;
  }
}
