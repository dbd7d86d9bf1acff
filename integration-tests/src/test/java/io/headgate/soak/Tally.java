package io.headgate.soak;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** What clients have seen. Thread: any. */
final class Tally {
  private static final int MOST_FAILURES = 2_000;

  private final Map<String, LongAdder> answered = new ConcurrentSkipListMap<>();
  private final LongAdder messages = new LongAdder();
  private final LongAdder resets = new LongAdder();
  private final LongAdder aborted = new LongAdder();
  private final List<Failure> failures = new CopyOnWriteArrayList<>();

  void answered(String protocol) {
    answered.computeIfAbsent(protocol, _ -> new LongAdder()).increment();
  }

  /** A message of a WebSocket came back. */
  void message() {
    messages.increment();
  }

  /** The client itself left in the middle. */
  void reset() {
    resets.increment();
  }

  /** The backend broke its answer off as it was asked to. */
  void aborted() {
    aborted.increment();
  }

  void failed(Failure failure) {
    failures.add(failure);
  }

  boolean hasEnough() {
    return failures.size() >= MOST_FAILURES;
  }

  long answers(String protocol) {
    LongAdder count = answered.get(protocol);
    return count == null ? 0 : count.sum();
  }

  long answers() {
    return answered.values().stream().mapToLong(LongAdder::sum).sum();
  }

  long messages() {
    return messages.sum();
  }

  long resets() {
    return resets.sum();
  }

  long aborts() {
    return aborted.sum();
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }
}
