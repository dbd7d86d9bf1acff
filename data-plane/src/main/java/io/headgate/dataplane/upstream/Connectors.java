package io.headgate.dataplane.upstream;

import io.headgate.xds.model.cluster.UpstreamHttp;

/**
 * Chooses how a cluster's connections are made, by its HttpProtocolOptions.
 *
 * <p>Thread: any; called when a cluster's config changes.
 */
@FunctionalInterface
public interface Connectors {

  /** Returns the connector of the protocol. */
  Connector of(UpstreamHttp http);
}
