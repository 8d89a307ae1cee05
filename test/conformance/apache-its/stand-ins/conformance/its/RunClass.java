package conformance.its;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.manipulation.Filter;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/** Runs a test class but for the methods named after it, and says how each test ended: {@code RESULT method state ms detail}. */
public final class RunClass {
    public static void main(String[] args) throws Exception {
        Set<String> leftOut = Arrays.stream(args).skip(1).collect(Collectors.toSet());
        JUnitCore core = new JUnitCore();
        core.addListener(new Results());
        core.run(Request.aClass(Class.forName(args[0])).filterWith(new Filter() {
            @Override
            public boolean shouldRun(Description test) {
                return test.getMethodName() == null || !leftOut.contains(test.getMethodName());
            }

            @Override
            public String describe() {
                return "all but " + leftOut;
            }
        }));
        System.out.println("RESULT\t(class)\tended\t0\t");
        System.out.flush();
        // Clients that a test forgot have threads of their own; nobody waits for them.
        Runtime.getRuntime().halt(0);
    }

    private static final class Results extends RunListener {
        private long began = System.currentTimeMillis();
        private Failure failure;

        @Override
        public void testStarted(Description test) {
            began = System.currentTimeMillis();
            failure = null;
        }

        @Override
        public void testFailure(Failure failed) {
            failure = failed;
            // A class that fails before its tests (@BeforeClass, a constructor of its fields) has none of them finished.
            if (failed.getDescription().isSuite()) say(failed.getDescription(), "failed");
        }

        @Override
        public void testFinished(Description test) {
            say(test, failure == null ? "ok" : "failed");
        }

        @Override
        public void testIgnored(Description test) {
            failure = null;
            say(test, "ignored");
        }

        private void say(Description test, String state) {
            String method = test.getMethodName() == null ? "(class)" : test.getMethodName();
            String detail = failure == null ? "" : failure.getTrace().lines().limit(12).collect(Collectors.joining(" | "));
            long ms = System.currentTimeMillis() - began;
            System.out.println(String.join("\t", "RESULT", method, state, String.valueOf(ms), detail.replace('\t', ' ')));
        }
    }
}
