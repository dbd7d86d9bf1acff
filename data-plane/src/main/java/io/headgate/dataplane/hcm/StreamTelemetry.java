package io.headgate.dataplane.hcm;

import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.trace.Tracer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of streams. Immutable.
 *
 * @param tracer null for none
 */
public record StreamTelemetry(List<AccessLogger> accessLogs, @Nullable Tracer tracer) {
  public StreamTelemetry {
    accessLogs = List.copyOf(accessLogs);
  }
}
