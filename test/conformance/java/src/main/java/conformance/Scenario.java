package conformance;

/** One thing that must work; whatever it throws is the reason why it does not. */
@FunctionalInterface
interface Scenario {
  void run(Context context) throws Throwable;
}
