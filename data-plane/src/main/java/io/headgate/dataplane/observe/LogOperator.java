package io.headgate.dataplane.observe;

import org.jspecify.annotations.Nullable;

/** One part of an access-log line: fixed text or the value of a command operator. */
@FunctionalInterface
interface LogOperator {
  /** Returns a String, Long, Double, Boolean, Map or List; null when there is nothing to say. */
  @Nullable Object value(LogEntry entry);
}
