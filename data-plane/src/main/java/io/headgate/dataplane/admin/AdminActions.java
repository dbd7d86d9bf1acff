package io.headgate.dataplane.admin;

/**
 * What the admin does. <b>Thread:</b> any; the methods return at once, the work goes on elsewhere.
 */
public interface AdminActions {
  /**
   * Stops accepting connections.
   *
   * @param graceful whether connections first drain for the drain time
   */
  void drainListeners(boolean graceful);

  /** Opens the files of access logs anew. */
  void reopenLogs();

  /** Ends the process as SIGTERM does. */
  void quit();
}
