package io.headgate.xds.model.http;

import io.headgate.xds.model.listener.AccessLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection manager tells of its requests.
 *
 * @param tracing null for none
 */
public record HttpTelemetry(List<AccessLog> accessLogs, @Nullable Tracing tracing) {
  public HttpTelemetry {
    accessLogs = List.copyOf(accessLogs);
  }
}
