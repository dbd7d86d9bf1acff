package io.headgate.dataplane.health;

/** What an attempt on an endpoint came to, other than an answer. */
public enum OutlierResult {
  /** A connection is there: a new one was made or an idle one is taken. */
  CONNECTED,
  /** The connection was refused or could not be made. */
  CONNECT_FAILED,
  /** The connection was not made in time. */
  CONNECT_TIMED_OUT,
  /** The connection broke, or the endpoint reset the stream, before the answer ended. */
  RESET,
  /** The answer did not come in time. */
  TIMED_OUT
}
