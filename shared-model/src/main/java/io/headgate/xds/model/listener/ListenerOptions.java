package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.ListenAddress;
import java.util.List;

/**
 * Socket-level settings of a listener.
 *
 * @param perConnectionBufferLimitBytes soft limit of what one connection may buffer, 1 MiB by
 *     default
 * @param tcpBacklogSize 0 leaves the operating system's default
 * @param tlsInspector whether the server name and ALPN of a ClientHello are read before a chain is
 *     chosen
 * @param statPrefix name in stats instead of the address; empty for the address
 * @param accept which connections it takes
 * @param additionalAddresses what it listens on besides its address
 */
public record ListenerOptions(
    int perConnectionBufferLimitBytes,
    boolean reusePort,
    int tcpBacklogSize,
    boolean tlsInspector,
    String statPrefix,
    AcceptRules accept,
    List<ListenAddress> additionalAddresses) {
  public static final int DEFAULT_BUFFER_LIMIT_BYTES = 1 << 20;
  public static final ListenerOptions DEFAULT =
      new ListenerOptions(DEFAULT_BUFFER_LIMIT_BYTES, true, 0, false, "");

  /** Options with the default rules for accepting. */
  public ListenerOptions(
      int perConnectionBufferLimitBytes,
      boolean reusePort,
      int tcpBacklogSize,
      boolean tlsInspector,
      String statPrefix) {
    this(
        perConnectionBufferLimitBytes,
        reusePort,
        tcpBacklogSize,
        tlsInspector,
        statPrefix,
        AcceptRules.DEFAULT);
  }

  /** Options of a listener with one address. */
  public ListenerOptions(
      int perConnectionBufferLimitBytes,
      boolean reusePort,
      int tcpBacklogSize,
      boolean tlsInspector,
      String statPrefix,
      AcceptRules accept) {
    this(
        perConnectionBufferLimitBytes,
        reusePort,
        tcpBacklogSize,
        tlsInspector,
        statPrefix,
        accept,
        List.of());
  }

  public ListenerOptions {
    Checks.atLeast(perConnectionBufferLimitBytes, 1, "per_connection_buffer_limit_bytes");
    Checks.atLeast(tcpBacklogSize, 0, "tcp_backlog_size");
    additionalAddresses = List.copyOf(additionalAddresses);
  }
}
