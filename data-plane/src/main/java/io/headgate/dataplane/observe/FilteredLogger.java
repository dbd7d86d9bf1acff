package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.listener.AccessLogFilter;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes down those streams that a filter lets through. Immutable. */
final class FilteredLogger implements AccessLogger {
  private final Predicate<LogEntry> filter;
  private final AccessLogger logger;

  FilteredLogger(AccessLogFilter filter, AccessLogger logger) {
    this.filter = LogFilters.of(filter);
    this.logger = logger;
  }

  @Override
  public void log(
      StreamInfo info,
      RequestHead request,
      @Nullable ResponseHead response,
      @Nullable HeaderBlock responseTrailers) {
    if (filter.test(new LogEntry(info, request, response, responseTrailers))) {
      logger.log(info, request, response, responseTrailers);
    }
  }
}
