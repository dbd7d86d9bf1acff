package io.headgate.dataplane.runtime;

import io.headgate.xds.model.tls.SecretService;
import java.time.Duration;
import java.util.Map;

/**
 * Asks the control plane for resources, and services of secrets. Implemented by {@code app} over
 * the discovery client; without a control plane nothing is asked for.
 *
 * <p>Each call replaces the one before. A name that is new is waited for as long as its duration
 * says, zero for ever; the runtime is told of the end of each wait.
 */
public interface Subscriptions {
  /** Asks for all clusters. */
  void clusters(Duration timeout);

  /** Asks for all listeners. */
  void listeners(Duration timeout);

  /** Asks for endpoints, name to timeout. */
  void endpoints(Map<String, Duration> names);

  /** Asks for route tables, name to timeout. */
  void routes(Map<String, Duration> names);

  /** Asks a service of its own for secrets, name to timeout; no names end the stream to it. */
  void secrets(SecretService service, Map<String, Duration> names);

  /** Asks for secrets, name to timeout. */
  void secrets(Map<String, Duration> names);
}
