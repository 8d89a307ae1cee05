package conformance;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Runs the scenarios, several at a time in one JVM, and prints one JSON line for each.
 *
 * <pre>java conformance.Main --name-server 127.0.0.1:9876 [--only a,b] [--parallel 8] [--serialization ROCKETMQ] [--list]</pre>
 */
public final class Main {
  private static final PrintStream OUT = System.out;

  private Main() {}

  public static void main(String[] args) throws Exception {
    // The client prints warnings of its own; stdout is for results alone.
    System.setOut(System.err);
    Map<String, String> options = options(args);
    Map<String, Scenario> scenarios = Scenarios.all();
    if (options.containsKey("list")) {
      scenarios.keySet().forEach(OUT::println);
      System.exit(0);
    }
    if (options.containsKey("only")) {
      Set<String> wanted = Set.copyOf(Arrays.asList(options.get("only").split(",")));
      scenarios.keySet().retainAll(wanted);
      Check.that(scenarios.size() == wanted.size(), "unknown scenario among " + wanted);
    }
    OUT.println(Json.line(Map.of("plan", String.join(",", scenarios.keySet()))));
    String serialization = options.getOrDefault("serialization", "JSON");
    Check.equal(serialization, RemotingCommand.getSerializeTypeConfigInThisServer().name(), "serialization of this JVM's requests");
    String nameServer = options.get("name-server");
    DefaultMQAdminExt admin = new DefaultMQAdminExt(15_000);
    admin.setNamesrvAddr(nameServer);
    admin.setInstanceName("conformance-admin");
    admin.start();
    Context.Run run = new Context.Run(nameServer, Long.toString(System.currentTimeMillis(), 36), admin);

    int parallel = Integer.parseInt(options.getOrDefault("parallel", "8"));
    ExecutorService pool = Executors.newFixedThreadPool(parallel);
    List<Future<Boolean>> results = new ArrayList<>();
    scenarios.forEach((name, scenario) -> results.add(pool.submit(() -> runOne(run, name, scenario))));
    boolean ok = true;
    for (Future<Boolean> result : results) ok &= result.get();
    OUT.flush();
    // Not System.exit's shutdown hooks: every client was shut down already, and a hanging one must not hang the run.
    Runtime.getRuntime().halt(ok ? 0 : 1);
  }

  private static boolean runOne(Context.Run run, String name, Scenario scenario) {
    long began = System.nanoTime();
    Throwable failure = null;
    ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "scenario-" + name));
    Context context = new Context(run, name);
    Future<?> work = thread.submit(() -> {
      try {
        scenario.run(context);
      } catch (Throwable thrown) {
        throw thrown instanceof Exception exception ? exception : new Exception(thrown);
      }
      return null;
    });
    try {
      work.get(150, TimeUnit.SECONDS);
    } catch (TimeoutException hangs) {
      failure = new AssertionError("still running after 150 s at " + at(name));
      work.cancel(true);
    } catch (Exception thrown) {
      failure = thrown.getCause() == null ? thrown : thrown.getCause();
      if (failure.getClass() == Exception.class && failure.getCause() != null) failure = failure.getCause();
    }
    long ms = (System.nanoTime() - began) / 1_000_000;
    try {
      context.close();
    } catch (Throwable thrown) {
      if (failure == null) failure = thrown;
    }
    thread.shutdownNow();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("scenario", name);
    line.put("ok", failure == null);
    line.put("detail", failure == null ? "" : describe(failure));
    line.put("ms", ms);
    synchronized (OUT) {
      OUT.println(Json.line(line));
      OUT.flush();
    }
    return failure == null;
  }

  private static String at(String name) {
    for (var entry : Thread.getAllStackTraces().entrySet()) {
      if (!entry.getKey().getName().equals("scenario-" + name)) continue;
      for (StackTraceElement frame : entry.getValue()) {
        if (frame.getClassName().startsWith("conformance.") && !frame.getClassName().equals("conformance.Main")) return frame.toString();
      }
    }
    return "(unknown)";
  }

  /** The message, and of the stack only what helps: our own frames and the causes. */
  private static String describe(Throwable failure) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    for (Throwable one = failure; one != null; one = one.getCause()) {
      out.println((one == failure ? "" : "caused by ") + (one instanceof AssertionError ? one.getMessage() : one.toString()));
      for (StackTraceElement frame : one.getStackTrace()) {
        if (frame.getClassName().startsWith("conformance.")) {
          out.println("  at " + frame);
          break;
        }
      }
    }
    return text.toString().trim();
  }

  static Map<String, String> options(String[] args) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i].substring(2);
      if (i + 1 < args.length && !args[i + 1].startsWith("--")) options.put(name, args[++i]);
      else options.put(name, "true");
    }
    return options;
  }
}
