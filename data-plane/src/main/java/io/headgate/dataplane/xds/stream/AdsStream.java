package io.headgate.dataplane.xds.stream;

import io.headgate.dataplane.xds.resource.ResourceType;
import io.headgate.dataplane.xds.resource.ResponseJudge;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One aggregated stream to one control plane. Thread: the xds thread, in both directions. */
public interface AdsStream {
  /** Tells the server that the interest in this type changed. */
  void interestChanged(ResourceType type);

  /**
   * Ends the stream because the proxy ends; no event follows. An open stream is half-closed, so
   * that the server can tell a goodbye from a death.
   *
   * @return completes when the server ended the stream too, or after a second without that
   */
  CompletableFuture<Void> close();

  /** Opens streams. */
  interface Opener {
    /** Begins to connect; never blocks, and calls back later. */
    AdsStream open(ControlPlane controlPlane, Events events);
  }

  /** What a stream says of itself. */
  interface Events {
    /** The transport is up and the opening requests are sent. */
    void connected();

    /** A response came and was answered; the type is empty when it is unknown. */
    void answered(Optional<ResourceType> type, ResponseJudge.Verdict verdict);

    /** The stream has ended; the last event. */
    void ended(String reason);
  }
}
