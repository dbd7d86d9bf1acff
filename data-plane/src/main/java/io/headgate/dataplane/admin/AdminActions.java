package io.headgate.dataplane.admin;

import java.util.Map;

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

  /** Says that the proxy is not ready and ends connections with their answers, or no longer. */
  void failHealthcheck(boolean fails);

  /**
   * Sets keys in the admin's layer of the runtime values, an empty text removes one; they hold when
   * this returns.
   */
  void setRuntime(Map<String, String> changes);

  /** Returns the levels of the process's loggers that differ from the root's, by name. */
  Map<String, String> logLevels();

  /**
   * Sets a logger's level.
   *
   * @param logger its name; empty for all of them
   * @throws IllegalArgumentException when there is no such level
   */
  void logLevel(String logger, String level);

  /** Opens the files of access logs anew. */
  void reopenLogs();

  /** Ends the process as SIGTERM does. */
  void quit();
}
