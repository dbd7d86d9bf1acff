package io.headgate.dataplane.observe.trace;

import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.http.Tracing;

/** Makes the tracer of a connection manager. Thread: the config thread. */
@FunctionalInterface
public interface TracerFactory {
  /** For processes that have no collector: a config with traces is refused. */
  TracerFactory NONE =
      (config, scope) -> {
        throw new IllegalArgumentException("tracing: there is no exporter here");
      };

  /** Makes it; {@code scope} is {@code http.<stat_prefix>}. */
  Tracer tracer(Tracing config, Scope scope);
}
