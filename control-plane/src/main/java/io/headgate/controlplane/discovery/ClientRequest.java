package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.Origin;
import io.headgate.controlplane.snapshot.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request of a discovery client, free of transport types. */
sealed interface ClientRequest {
  ResourceType type();

  /** The response that this answers; empty when it answers none. */
  String nonce();

  Optional<Refusal> refusal();

  /** All names that the request carries, for admission. */
  int nameCount();

  /** The {@code error_detail} of a NACK. */
  record Refusal(int code, String message) {
    /** Whether the client minds the revision, not the content. */
    boolean stale() {
      return message.startsWith(Origin.STALE);
    }
  }

  /**
   * State of the world: the names are the whole subscription.
   *
   * @param version the version that the client accepted last
   */
  record Sotw(
      ResourceType type,
      String version,
      String nonce,
      List<String> names,
      Optional<Refusal> refusal)
      implements ClientRequest {
    @Override
    public int nameCount() {
      return names.size();
    }
  }

  /**
   * Incremental: the names are changes of the subscription.
   *
   * @param initialVersions what the client has from an earlier stream; only in a type's first
   *     request
   */
  record Delta(
      ResourceType type,
      String nonce,
      List<String> subscribe,
      List<String> unsubscribe,
      Map<String, String> initialVersions,
      Optional<Refusal> refusal)
      implements ClientRequest {
    @Override
    public int nameCount() {
      return subscribe.size() + unsubscribe.size() + initialVersions.size();
    }
  }
}
