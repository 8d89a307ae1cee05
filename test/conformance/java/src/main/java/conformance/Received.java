package conformance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.common.message.MessageExt;

/** What a consumer got, in the order it got it, with the time of each. */
final class Received {
  record Arrival(MessageExt message, long atMs) {
    String body() {
      return new String(message.getBody(), StandardCharsets.UTF_8);
    }
  }

  private final List<Arrival> arrivals = new ArrayList<>();

  synchronized void add(MessageExt message) {
    arrivals.add(new Arrival(message, System.currentTimeMillis()));
    notifyAll();
  }

  synchronized void addAll(Collection<MessageExt> messages) {
    messages.forEach(this::add);
  }

  synchronized List<Arrival> all() {
    return new ArrayList<>(arrivals);
  }

  synchronized int size() {
    return arrivals.size();
  }

  synchronized List<String> bodies() {
    return arrivals.stream().map(Arrival::body).toList();
  }

  /** Waits until at least this many arrived. */
  synchronized List<Arrival> await(int count, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (arrivals.size() < count) {
      long leftMs = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) throw new AssertionError("expected " + count + " messages, got " + arrivals.size() + " in " + patience.toSeconds() + " s");
      wait(Math.min(leftMs, 1_000));
    }
    return all();
  }

  List<Arrival> await(int count) throws InterruptedException {
    return await(count, Check.PATIENCE);
  }

  /** Waits until each of these bodies arrived at least once. */
  void awaitBodies(Collection<String> wanted, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (;;) {
      Set<String> missing = new HashSet<>(wanted);
      bodies().forEach(missing::remove);
      if (missing.isEmpty()) return;
      synchronized (this) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(missing.size() + " of " + wanted.size() + " messages never came, e.g. " + missing.iterator().next());
        }
        wait(200);
      }
    }
  }
}
