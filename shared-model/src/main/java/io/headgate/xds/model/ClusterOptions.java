package io.headgate.xds.model;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a cluster's connections, and facts about it.
 *
 * @param tls null for plain text
 * @param lrsSelf whether load is reported to the server that sent the cluster
 * @param perConnectionBufferLimitBytes soft limit of what one connection may buffer, 1 MiB by
 *     default
 */
public record ClusterOptions(
    UpstreamHttp http,
    @Nullable UpstreamTls tls,
    boolean lrsSelf,
    int perConnectionBufferLimitBytes,
    Metadata metadata) {
  public static final ClusterOptions DEFAULT =
      new ClusterOptions(
          UpstreamHttp.DEFAULT,
          null,
          false,
          ListenerOptions.DEFAULT_BUFFER_LIMIT_BYTES,
          Metadata.EMPTY);

  public ClusterOptions {
    Checks.atLeast(perConnectionBufferLimitBytes, 1, "per_connection_buffer_limit_bytes");
  }
}
