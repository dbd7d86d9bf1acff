package io.headgate.controlplane.fleetstate;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * What discovery tells of its clients. Each call names the stream that it comes from; a proxy may
 * hold several (one for each type, one for its status).
 *
 * <p>Thread: any; calls of one stream come in order. Returns at once and never throws.
 */
public interface ClientEvents {
  /** A stream began and its first message said whose it is. */
  void connected(String stream, ProxyIdentity proxy);

  /** A stream broke: what its client does now is unknown. */
  void disconnected(String stream);

  /** A client ended a stream on purpose: if no other is open it is gone, not lost. */
  void left(String stream);

  /** The names that a stream is subscribed to from now on. */
  void subscribed(String stream, String typeUrl, boolean wildcard, Set<String> names);

  /** A response left. */
  void sent(String stream, String typeUrl, String version, long revision);

  /**
   * A response was acknowledged, or the client said on connecting what it has.
   *
   * @param held the version of every resource of this type that the client has accepted
   */
  void acked(
      String stream, String typeUrl, String version, long revision, Map<String, String> held);

  /**
   * A response was refused.
   *
   * @param message the client's own words
   * @param resources the resources that the message names, or all of the response when it names
   *     none
   */
  void nacked(
      String stream,
      String typeUrl,
      String version,
      long revision,
      String message,
      Collection<String> resources);
}
