package conformance;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Assertions that say what they expected, and waits that end as soon as the thing is true. */
final class Check {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Check() {}

  static void that(boolean condition, String what) {
    if (!condition) throw new AssertionError(what);
  }

  static void equal(Object expected, Object actual, String what) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError(what + ": expected " + brief(expected) + ", got " + brief(actual));
    }
  }

  /** Looks again every 20 ms until the condition holds; the exception of the last look goes into the report. */
  static void until(String what, Duration patience, Callable<Boolean> condition) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Exception last = null;
    for (;;) {
      try {
        if (condition.call()) return;
        last = null;
      } catch (InterruptedException interrupted) {
        throw interrupted;
      } catch (Exception notYet) {
        last = notYet;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + patience.toSeconds() + " s in vain: " + what, last);
      }
      Thread.sleep(20);
    }
  }

  static void until(String what, Callable<Boolean> condition) throws InterruptedException {
    until(what, PATIENCE, condition);
  }

  interface Throwing {
    void run() throws Throwable;
  }

  /** The exception that the action must throw. */
  static <T extends Throwable> T thrown(Class<T> type, String what, Throwing action) {
    try {
      action.run();
    } catch (Throwable thrown) {
      if (type.isInstance(thrown)) return type.cast(thrown);
      throw new AssertionError(what + ": expected " + type.getSimpleName() + ", got " + thrown, thrown);
    }
    throw new AssertionError(what + ": expected " + type.getSimpleName() + ", nothing was thrown");
  }

  private static String brief(Object value) {
    String text = String.valueOf(value);
    return text.length() <= 400 ? text : text.substring(0, 400) + "… (" + text.length() + " characters)";
  }
}
