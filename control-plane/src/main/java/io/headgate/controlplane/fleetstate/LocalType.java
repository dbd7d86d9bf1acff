package io.headgate.controlplane.fleetstate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One resource type of one connected proxy. Guarded by the lock of {@link Fleet}. */
final class LocalType {
  private final String typeUrl;
  private boolean wildcard;
  private Set<String> names = Set.of();
  private @Nullable VersionMark sent;
  private @Nullable VersionMark acked;
  private @Nullable Nack nacked;
  private Map<String, String> held = Map.of();

  LocalType(String typeUrl) {
    this.typeUrl = typeUrl;
    // Until its subscription is known: these two are asked for as a whole by nearly every client.
    this.wildcard = ResourceTypes.isFullSet(typeUrl);
  }

  void subscribed(boolean all, Set<String> subscribedNames) {
    wildcard = all;
    names = Set.copyOf(subscribedNames);
  }

  void sent(VersionMark mark) {
    sent = mark;
  }

  void acked(VersionMark mark, Map<String, String> accepted) {
    acked = mark;
    nacked = null;
    held = Map.copyOf(accepted);
  }

  void nacked(Nack nack) {
    nacked = nack;
  }

  /** Judges by the proxy's own report. */
  TypeState byReport(Expected group, Map<String, ResourceReport> reported) {
    Tally tally = new Tally();
    wanted(group)
        .forEach((name, version) -> {
          ResourceReport report = reported.get(name);
          if (report == null) {
            tally.pending(name, "", "", "not received");
          } else if (report.serving().equals(version)
              || (!group.version().isEmpty() && report.serving().equals(group.version()))) {
            tally.serving++;
          } else {
            tally.pending(name, report.serving(), report.warming(), report.reason(version));
          }
        });
    if (wildcard) {
      reported.forEach((name, report) -> {
        if (!report.serving().isEmpty() && !group.resources().containsKey(name)) {
          tally.pending(name, report.serving(), "", "serves and should be gone");
        }
      });
    }
    return tally.state(group);
  }

  /** Judges by what the client has acknowledged. */
  TypeState byAck(Expected group) {
    Tally tally = new Tally();
    wanted(group)
        .forEach((name, version) -> {
          String has = held.getOrDefault(name, "");
          if (has.equals(version)) {
            tally.serving++;
          } else {
            tally.pending(name, has, "", ackReason());
          }
        });
    if (wildcard) {
      held.forEach((name, version) -> {
        if (!group.resources().containsKey(name)) {
          tally.pending(name, version, "", "removal not acknowledged");
        }
      });
    }
    return tally.state(group);
  }

  /** A proxy that will report but has not yet. */
  TypeState unreported(Expected group) {
    Tally tally = new Tally();
    wanted(group)
        .forEach((name, version) -> tally.pending(name, "", "", "no status report received yet"));
    return tally.state(group);
  }

  private String ackReason() {
    if (nacked != null) {
      return "refused: " + nacked.message();
    }
    return sent == null ? "not sent" : "sent, not acknowledged";
  }

  private Map<String, String> wanted(Expected group) {
    Map<String, String> wanted = new TreeMap<>(group.resources());
    if (!wildcard) {
      wanted.keySet().retainAll(names);
    }
    return wanted;
  }

  private final class Tally {
    private int serving;
    private int missing;
    private final List<PendingResource> pending = new ArrayList<>();

    void pending(String name, String servingVersion, String warming, String reason) {
      missing++;
      if (pending.size() < TypeState.MAX_PENDING) {
        pending.add(new PendingResource(name, servingVersion, warming, reason));
      }
    }

    TypeState state(Expected group) {
      TypeState.Goal goal = new TypeState.Goal(group.version(), serving + missing);
      return new TypeState(typeUrl, goal, sent, acked, nacked, serving, pending);
    }
  }
}
