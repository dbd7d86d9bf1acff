package io.headgate.controlplane.fleetstate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the whole fleet serves what it has at some revision or later.
 *
 * @param revision the revision that was asked for
 * @param published what the asked replica has published
 * @param state the answer
 * @param reason why, for people; empty when converged
 * @param proxies all that were looked at
 */
public record Convergence(
    long revision, long published, State state, String reason, List<ProxyStatus> proxies) {
  public Convergence {
    proxies = List.copyOf(proxies);
  }

  public enum State {
    CONVERGED,
    PENDING,
    FAILED
  }

  /**
   * Judges.
   *
   * @param fleet the states
   * @param revision the revision to reach
   * @param atLeast how many proxies must be connected
   * @param failure why the revision can't be reached, when something of it is held
   */
  public static Convergence of(Fleet fleet, long revision, int atLeast, Optional<String> failure) {
    List<ProxyStatus> proxies = fleet.proxies();
    long own = fleet.published(fleet.replicaId()).revision();
    if (failure.isPresent()) {
      return new Convergence(revision, own, State.FAILED, failure.get(), proxies);
    }
    List<String> waiting = new ArrayList<>();
    if (own < revision) {
      waiting.add("replica " + fleet.replicaId() + " has published " + own + " only");
    }
    int connected = 0;
    for (ProxyStatus proxy : proxies) {
      connected += proxy.presence().connected() ? 1 : 0;
      long behind = fleet.published(proxy.replica()).revision();
      if (proxy.presence().connected() && behind < revision) {
        waiting.add(
            proxy.identity().nodeId() + " is at replica " + proxy.replica() + ", at " + behind);
        continue;
      }
      switch (proxy.state()) {
        case CONVERGED -> {}
        case NACKED -> {
          return new Convergence(revision, own, State.FAILED, refusal(proxy), proxies);
        }
        case UNKNOWN ->
            waiting.add(
                proxy.identity().nodeId() + " is unknown since " + proxy.presence().unknownSince());
        case PENDING -> waiting.add(proxy.identity().nodeId() + " " + firstPending(proxy));
      }
    }
    if (connected < atLeast) {
      waiting.add(connected + " of at least " + atLeast + " proxies are connected");
    }
    return waiting.isEmpty()
        ? new Convergence(revision, own, State.CONVERGED, "", proxies)
        : new Convergence(revision, own, State.PENDING, String.join("; ", waiting), proxies);
  }

  private static String refusal(ProxyStatus proxy) {
    for (TypeState type : proxy.types()) {
      Nack nack = type.nacked();
      if (nack != null && type.refusedNow()) {
        StringBuilder text = new StringBuilder(proxy.identity().nodeId()).append(" refused");
        for (NackedObject object : nack.objects()) {
          text.append(' ').append(object.key()).append(" by ").append(object.author());
        }
        return text.append(": ").append(nack.message()).toString();
      }
    }
    return proxy.identity().nodeId() + " refused";
  }

  private static String firstPending(ProxyStatus proxy) {
    for (TypeState type : proxy.types()) {
      if (!type.pending().isEmpty()) {
        PendingResource first = type.pending().getFirst();
        return ResourceTypes.shortName(type.typeUrl())
            + " "
            + first.resource()
            + ": "
            + first.reason();
      }
    }
    return "has not asked for anything yet";
  }
}
