package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.NodeGroup;
import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.Owner;
import io.headgate.controlplane.snapshot.ResourceType;
import java.util.List;
import java.util.Map;

/**
 * Is told what every discovery stream sent and how its client answered.
 *
 * <p>Thread: calls for one stream come one after the other, on the discovery executor; calls for
 * different streams are concurrent. Implementations must not block.
 */
public interface DiscoveryTracker {
  /** Tells nobody. */
  DiscoveryTracker NONE = stream -> StreamTracker.NONE;

  /** A stream's first request arrived, which says who the client is. */
  StreamTracker opened(StreamInfo stream);

  /**
   * One discovery stream.
   *
   * @param id unique in this process
   * @param node who the client says it is
   * @param group what it is sent
   * @param delta whether it is incremental
   * @param peer the client's address
   * @param service the full name of the gRPC service, which for per-type services names the type
   */
  record StreamInfo(
      long id, NodeIdentity node, NodeGroup group, boolean delta, String peer, String service) {}

  /**
   * The sender of a stream's first request.
   *
   * @param id {@code node.id}
   * @param cluster {@code node.cluster}
   * @param userAgent name and version
   */
  record NodeIdentity(String id, String cluster, String userAgent) {}

  /**
   * A response.
   *
   * @param nonce unique in its stream
   * @param version the {@code version_info} or {@code system_version_info}
   * @param origin the revision that it brings its type to
   * @param resources what it carries
   * @param removed the names it takes away (delta)
   */
  record Sent(
      ResourceType type,
      String nonce,
      String version,
      Origin origin,
      List<EncodedResource> resources,
      List<String> removed) {}

  /**
   * A refusal of a response.
   *
   * @param sent what was refused
   * @param code gRPC status code
   * @param message the client's own words
   * @param named the resources of the response that the message names, or all of them when it names
   *     none
   * @param owners the objects that those were compiled from, by resource
   */
  record Nack(
      Sent sent, int code, String message, List<String> named, Map<String, List<Owner>> owners) {}

  /** How a stream ended. */
  enum Ending {
    /** The client half-closed it: it is not coming back. */
    GOODBYE,
    /**
     * The connection broke, or one side gave the call up: nobody knows what the client does now.
     */
    LOST
  }

  /** Is told about one stream. */
  interface StreamTracker {
    StreamTracker NONE =
        new StreamTracker() {
          @Override
          public void sent(Sent sent) {}

          @Override
          public void acked(Sent sent) {}

          @Override
          public void nacked(Nack nack) {}

          @Override
          public void known(ResourceType type, Map<String, String> versions) {}

          @Override
          public void unsubscribed(ResourceType type, List<String> names) {}

          @Override
          public void closed(Ending ending, String reason) {}
        };

    void sent(Sent sent);

    void acked(Sent sent);

    void nacked(Nack nack);

    /**
     * The client came back with these resources (delta), which are still the newest: they count as
     * acknowledged.
     */
    void known(ResourceType type, Map<String, String> versions);

    /** The client does not want these any more. */
    void unsubscribed(ResourceType type, List<String> names);

    /**
     * The stream ended; nothing follows.
     *
     * @param reason for people
     */
    void closed(Ending ending, String reason);
  }
}
