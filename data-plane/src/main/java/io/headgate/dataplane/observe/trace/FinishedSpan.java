package io.headgate.dataplane.observe.trace;

import java.util.List;

/**
 * A span that is over. Immutable.
 *
 * @param parent id of the span above, 0 for none
 * @param attributes names and values in turn
 */
public record FinishedSpan(
    Ids ids,
    long parent,
    String name,
    long startEpochNanos,
    long endEpochNanos,
    boolean failed,
    List<String> attributes) {
  /**
   * Which span it is.
   *
   * @param state {@code tracestate}
   */
  public record Ids(long high, long low, long span, boolean sampled, String state) {}

  public FinishedSpan {
    attributes = List.copyOf(attributes);
  }
}
