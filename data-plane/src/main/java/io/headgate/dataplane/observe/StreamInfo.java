package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one stream that access logs, meters and filters read: times, flags, details, who
 * served it.
 *
 * <p>Times are {@code System.nanoTime()} values as an injected clock gives them; 0 means it did not
 * happen.
 *
 * <p><b>Thread:</b> confined to the stream's event loop. <b>Ownership:</b> made by {@code hcm},
 * valid until the access log has been written; the router fills in the upstream part.
 */
public final class StreamInfo {
  /** The facts of the connection. */
  public final ConnectionInfo connection;

  /** Identifies the stream within the process. */
  public final long streamId;

  /** Wall clock at the start, milliseconds since 1970. */
  public final long startMillis;

  /** When the first byte of the head was decoded. */
  public final long startNanos;

  /** When the request was complete. */
  public long requestCompleteNanos;

  /** When the first byte went upstream (of the last attempt). */
  public long upstreamFirstSentNanos;

  /** When the last byte went upstream. */
  public long upstreamLastSentNanos;

  /** When the upstream's head arrived. */
  public long upstreamFirstReceivedNanos;

  /** When the upstream's answer was complete. */
  public long upstreamLastReceivedNanos;

  /** When the answer's head went out. */
  public long responseFirstSentNanos;

  /** When the answer had been sent. */
  public long responseLastSentNanos;

  /** When the stream was over. */
  public long endNanos;

  /** Protocol of the request. */
  public Protocol protocol = Protocol.HTTP_11;

  /** Protocol towards the upstream. */
  public @Nullable Protocol upstreamProtocol;

  /** Status of the answer, 0 when none began. */
  public int responseCode;

  /** Body bytes received from the client. */
  public long bytesReceived;

  /** Body bytes sent to the client. */
  public long bytesSent;

  /** How often the request was sent upstream. */
  public int attemptCount;

  /** Name of the route, empty when it has none. */
  public @Nullable String routeName;

  /** Name of the virtual host. */
  public @Nullable String virtualHostName;

  /** Name of the cluster that the route chose. */
  public @Nullable String upstreamCluster;

  /** The endpoint that was tried last, {@code address:port}. */
  public @Nullable String upstreamHost;

  /** Own side of the upstream connection, {@code address:port}. */
  public @Nullable String upstreamLocalAddress;

  /** Why the transport towards the upstream failed. */
  public @Nullable String upstreamTransportFailure;

  /** The client's address when trusted hops name another than the peer's. */
  public @Nullable String clientAddress;

  /** The trace that the request belongs to, 32 hexadecimal digits; null without tracing. */
  public @Nullable String traceId;

  /** Whether the trace is kept. */
  public boolean traced;

  /** Name of the filter chain that took the connection. */
  public @Nullable String filterChainName;

  /** How many redirects of backends were followed. */
  public int internalRedirects;

  /** Names of the routes that the request has left for another by a redirect, in order. */
  public final List<String> routesBefore = new ArrayList<>(0);

  /** Text of an answer that the proxy made itself; null when it made none. */
  public @Nullable String localReplyBody;

  private long flags;
  private @Nullable String details;
  private @Nullable Map<String, Object> metadata;

  /** Makes the facts of a stream that begins now. */
  public StreamInfo(ConnectionInfo connection, long streamId, long startMillis, long startNanos) {
    this.connection = connection;
    this.streamId = streamId;
    this.startMillis = startMillis;
    this.startNanos = startNanos;
  }

  /** Returns the cluster that the request went to, null when there is none of that name. */
  public @Nullable String knownCluster() {
    return has(ResponseFlag.NO_CLUSTER_FOUND) ? null : upstreamCluster;
  }

  /** Adds a response flag. */
  public void flag(ResponseFlag flag) {
    flags |= flag.bit();
  }

  /** Returns whether a flag is set. */
  public boolean has(ResponseFlag flag) {
    return (flags & flag.bit()) != 0;
  }

  /** Returns the flags as bits. */
  public long flags() {
    return flags;
  }

  /** Returns the response code details, null until the answer is known. */
  public @Nullable String details() {
    return details;
  }

  /** Sets the response code details; the last one wins. */
  public void details(String newDetails) {
    details = newDetails;
  }

  /**
   * Sets stream metadata under a filter's name, for later filters and access logs. Values are
   * immutable: String, Long, Double, Boolean, or Maps and Lists of those.
   */
  public void putMetadata(String namespace, Object value) {
    if (metadata == null) {
      metadata = new LinkedHashMap<>(4);
    }
    metadata.put(namespace, value);
  }

  /** Returns the metadata under a filter's name, the stream's or the connection's; else null. */
  public @Nullable Object metadata(String namespace) {
    Object own = metadata == null ? null : metadata.get(namespace);
    ConnectionInfo.Proxied proxied = connection.proxied();
    return own == null && proxied != null ? proxied.metadata().get(namespace) : own;
  }
}
