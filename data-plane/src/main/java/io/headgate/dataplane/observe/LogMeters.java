package io.headgate.dataplane.observe;

/**
 * What access logs count, with Envoy's names for log files and one of ours.
 *
 * @param buffered lines that were handed over
 * @param written times that lines were written
 * @param failed times that they could not be
 * @param reopenFailed times that a file could not be opened anew
 * @param waiting characters that wait to be written
 * @param dropped lines that found the queue full
 */
record LogMeters(
    Counter buffered,
    Counter written,
    Counter failed,
    Counter reopenFailed,
    Gauge waiting,
    Counter dropped) {
  static LogMeters of(Meters meters) {
    Scope files = meters.scope("filesystem");
    return new LogMeters(
        files.counter("write_buffered"),
        files.counter("write_completed"),
        files.counter("write_failed"),
        files.counter("reopen_failed"),
        files.gauge("write_total_buffered"),
        meters.scope("headgate").counter("access_log_dropped_total"));
  }
}
