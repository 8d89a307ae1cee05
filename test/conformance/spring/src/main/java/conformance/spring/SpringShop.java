package conformance.spring;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.spring.core.RocketMQTemplate;
import org.apache.rocketmq.spring.support.RocketMQHeaders;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.messaging.support.MessageBuilder;

/**
 * A Spring Boot application that listens (Listeners), and sends what it is told on standard input: a line is a JSON array,
 * the name of a command and its arguments; the answer is a line {"done": result} or {"failed": why}.
 */
@SpringBootApplication
public class SpringShop {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final RocketMQTemplate template;

  SpringShop(RocketMQTemplate template) {
    this.template = template;
  }

  public static void main(String[] args) throws Exception {
    SpringShop shop = SpringApplication.run(SpringShop.class, args).getBean(SpringShop.class);
    Lines.print(Map.of("ready", true));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      try {
        Lines.print(Map.of("done", shop.obey(JSON.readValue(line, List.class))));
      } catch (Throwable failure) {
        failure.printStackTrace();
        Lines.print(Map.of("failed", failure.toString()));
      }
    }
    // Whoever started this wants no orderly end: scenarios have seen all they wanted.
    Runtime.getRuntime().halt(0);
  }

  private Object obey(List<?> words) {
    String destination = (String) words.get(1);
    switch ((String) words.get(0)) {
      case "text":
        return template.syncSend(destination, (String) words.get(2)).getSendStatus();
      case "user":
        return template.syncSend(destination, user(words)).getSendStatus();
      case "ext":
        return template.syncSend(destination, MessageBuilder.withPayload((String) words.get(2))
            .setHeader(RocketMQHeaders.KEYS, words.get(3)).setHeader("colour", words.get(4)).build()).getSendStatus();
      case "order":
        return template.syncSendOrderly(destination, (String) words.get(2), (String) words.get(3)).getMessageQueue().getQueueId();
      case "ask":
        User reply = template.sendAndReceive(destination, user(words), User.class, 15_000L);
        return reply == null ? "no reply" : reply;
      default:
        throw new IllegalArgumentException("no command " + words.get(0));
    }
  }

  private static User user(List<?> words) {
    return new User((String) words.get(2), (Integer) words.get(3));
  }
}
