package io.headgate.controlplane.store;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Decides whether the etcd that answers is the one whose state is in force. */
final class IncarnationGate {
  private final WatchReceiver receiver;
  private final Clock clock;

  IncarnationGate(WatchReceiver receiver, Clock clock) {
    this.receiver = receiver;
    this.clock = clock;
  }

  sealed interface Verdict {
    record Go(String incarnation) implements Verdict {}

    /** Nothing is in force here and nothing may be made up yet. */
    record Wait(String reason) implements Verdict {}

    record Hold(String reason) implements Verdict {}
  }

  Verdict check(EtcdConnection connection) throws StoreUnavailableException {
    EtcdConnection.Read read = connection.read(Incarnation.KEY);
    Optional<Incarnation> present =
        read.value().map(StoredValue::value).flatMap(Incarnation::parse);
    Optional<WatchReceiver.Position> known = receiver.position();
    Optional<StoredValue> hold = connection.get(FleetWatch.HOLD_KEY);
    if (known.isEmpty()) {
      if (hold.isPresent()) {
        return new Verdict.Wait("etcd is held and this replica has no copy of its own");
      }
      return present.isPresent()
          ? new Verdict.Go(present.get().id())
          : makeFirst(connection, read.value());
    }
    Optional<String> difference = difference(known.get(), present, read.revision());
    if (difference.isPresent()) {
      if (hold.isEmpty()) {
        hold(connection, difference.get());
      }
      return new Verdict.Hold(difference.get());
    }
    if (hold.isPresent()) {
      return new Verdict.Hold(reasonOf(hold.get()));
    }
    return new Verdict.Go(present.orElseThrow().id());
  }

  private static Optional<String> difference(
      WatchReceiver.Position known, Optional<Incarnation> present, long revision) {
    if (present.isEmpty()) {
      return Optional.of("incarnation changed from " + known.incarnation() + " to none");
    }
    Incarnation incarnation = present.get();
    if (incarnation.id().equals(known.incarnation())) {
      return revision < known.revision()
          ? Optional.of("revision went back from " + known.revision() + " to " + revision)
          : Optional.empty();
    }
    return incarnation.succeeds().contains(known.incarnation())
        ? Optional.empty()
        : Optional.of(
            "incarnation changed from " + known.incarnation() + " to " + incarnation.id());
  }

  /** Names an etcd that has no name, unless it may be somebody's that was wiped. */
  private Verdict makeFirst(EtcdConnection connection, Optional<StoredValue> unreadable)
      throws StoreUnavailableException {
    if (unreadable.isPresent()) {
      return new Verdict.Wait("the key " + Incarnation.KEY + " holds no incarnation");
    }
    if (connection.any("control-planes/members/") || connection.any("holds/")) {
      return new Verdict.Wait(
          "etcd has no incarnation while another control plane or a hold exists");
    }
    Incarnation first = Incarnation.first();
    WriteResult result =
        connection.commit(
            List.of(new Condition.Unchanged(Incarnation.KEY, 0)),
            List.of(Write.put(Incarnation.KEY, first.toJson())));
    return switch (result) {
      case WriteResult.Written _ -> new Verdict.Go(first.id());
      case WriteResult.Conflict _ -> check(connection);
      case WriteResult.Unavailable(String reason) -> throw new StoreUnavailableException(reason);
    };
  }

  private void hold(EtcdConnection connection, String reason) {
    String value =
        JsonMapper.shared()
            .createObjectNode()
            .put("reason", reason)
            .put("since", clock.instant().toString())
            .put("end", "headgate restore --from-image, or headgate accept-etcd")
            .toString();
    connection.commit(
        List.of(new Condition.Unchanged(FleetWatch.HOLD_KEY, 0)),
        List.of(Write.put(FleetWatch.HOLD_KEY, value)));
  }

  private static String reasonOf(StoredValue hold) {
    try {
      return JsonMapper.shared().readTree(hold.value()).path("reason").asString("held");
    } catch (tools.jackson.core.JacksonException e) {
      return "held";
    }
  }
}
