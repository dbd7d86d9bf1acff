package io.headgate.soak;

import io.headgate.soak.BrokenException.Stage;

/**
 * An exchange that failed, until its cause is known.
 *
 * @param retriable whether the proxy has to try it again as long as no answer has begun
 * @param from when it began, by {@link System#nanoTime}
 * @param to when it failed
 */
record Failure(
    String protocol, String id, boolean retriable, Stage stage, String what, long from, long to) {

  /** Who is to blame. */
  enum Cause {
    /** The backend died with it, and it was not to be tried again. */
    BACKEND,
    /** A tunnel was still open at the end of its listener's drain time. */
    DRAIN,
    PROXY
  }

  /** A proxy learns of the end of a connection when its event loop comes round to it. */
  private static final long NOTICE_NANOS = 1_000_000_000;

  /**
   * Finds out.
   *
   * <ul>
   *   <li>An answer that is wrong, or short and ended as if it were whole, is the proxy's doing.
   *   <li>So is a GET that failed before its answer began, and all that was refused by a host that
   *       could not be connected to, whatever died: there are other hosts.
   *   <li>Else it is the backend's when the journal has it among what died with a backend, or when
   *       the host to which the proxy sent it last died while it was under way or just before.
   *   <li>A tunnel at a listener that changes may be cut when the drain time is over.
   *   <li>All else is the proxy's.
   * </ul>
   *
   * @param log what the proxy's access log has of this exchange
   */
  Cause cause(Journal journal, AccessLog.Line log, long drainNanos) {
    boolean begun = stage == Stage.BEGUN || log.code() == 200;
    if (stage == Stage.WRONG || (retriable && !begun) || log.isConnectFailure()) {
      return Cause.PROXY;
    }
    if (journal.wasKilled(id) || journal.diedBetween(log.host(), from - NOTICE_NANOS, to)) {
      return Cause.BACKEND;
    }
    return id.startsWith("ws-") && to - from >= drainNanos ? Cause.DRAIN : Cause.PROXY;
  }
}
