package io.headgate.dataplane.xds.resource;

import com.google.rpc.Code;
import com.google.rpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides on one response, whichever protocol brought it: applies the resources that are good, and
 * names those that are not.
 *
 * <p>In this order: an older revision of the same incarnation is refused whole, unless it says what
 * is applied anyway; a name that is there twice is refused; what nobody asked for and what is held
 * already is left out; the rest goes to the sink.
 *
 * <p>Spec: the xDS protocol, "ACK/NACK and resource type instance version".
 */
public final class ResponseJudge {
  /** Error details longer than this are cut: they travel in a header-sized field. */
  private static final int MAX_DETAIL_CHARS = 8_000;

  private final ResourceSink sink;

  public ResponseJudge(ResourceSink sink) {
    this.sink = sink;
  }

  /**
   * A response in neutral form.
   *
   * @param broken label to reason of parts that have no readable name
   */
  public record Response(
      String version,
      String identifier,
      List<NamedResource> resources,
      Set<String> removed,
      Map<String, String> broken) {}

  /**
   * What became of a response.
   *
   * @param error present for a NACK
   * @param answered the names that got an answer: accepted, refused or gone
   * @param changed whether anything that is held changed
   * @param stale whether it was refused because of its revision
   */
  public record Verdict(
      Optional<Status> error, Set<String> answered, boolean changed, boolean stale) {
    public Verdict(Optional<Status> error, Set<String> answered, boolean changed) {
      this(error, answered, changed, false);
    }
  }

  public Verdict judge(TypeLedger ledger, Response response) {
    Optional<Revision> revision = Revision.parse(response.identifier());
    Optional<String> stale = stale(ledger, revision, response);
    if (stale.isPresent()) {
      return new Verdict(Optional.of(status(stale.get())), Set.of(), false, true);
    }
    Map<String, String> refused = new LinkedHashMap<>(duplicates(response.resources()));
    Map<String, NamedResource> wanted = new LinkedHashMap<>();
    for (NamedResource resource : response.resources()) {
      if (ledger.wants(resource.name()) && !refused.containsKey(resource.name())) {
        wanted.put(resource.name(), resource);
      }
    }
    List<NamedResource> changed = new ArrayList<>();
    for (NamedResource resource : wanted.values()) {
      if (!resource.equals(ledger.held().get(resource.name()))) {
        changed.add(resource);
      }
    }
    Set<String> removed = new LinkedHashSet<>();
    for (String name : response.removed()) {
      if (ledger.held().containsKey(name) || (!ledger.wantsAll() && ledger.wants(name))) {
        removed.add(name);
      }
    }
    if (!changed.isEmpty() || !removed.isEmpty()) {
      refused.putAll(sink.offer(ledger.type(), changed, removed));
    }
    boolean moved = record(ledger, response, wanted, removed, refused);
    refused.putAll(response.broken());
    boolean applied = moved || refused.isEmpty();
    if (applied) {
      ledger.raiseFloor(revision);
    }
    Set<String> answered = new HashSet<>(wanted.keySet());
    answered.addAll(removed);
    answered.addAll(refused.keySet());
    if (refused.isEmpty()) {
      ledger.acceptedWhole(response.version(), response.identifier());
      return new Verdict(Optional.empty(), answered, moved);
    }
    return new Verdict(Optional.of(status(detail(ledger.type(), refused))), answered, moved);
  }

  private static boolean record(
      TypeLedger ledger,
      Response response,
      Map<String, NamedResource> wanted,
      Set<String> removed,
      Map<String, String> refused) {
    boolean moved = !removed.isEmpty();
    for (NamedResource resource : wanted.values()) {
      if (!refused.containsKey(resource.name())) {
        moved |= !resource.equals(ledger.held().get(resource.name()));
        ledger.accept(resource);
      }
    }
    removed.forEach(ledger::remove);
    for (NamedResource resource : response.resources()) {
      String reason = refused.get(resource.name());
      if (reason != null && ledger.wants(resource.name())) {
        ledger.refuse(resource.name(), new TypeLedger.Refusal(resource.version(), reason));
      }
    }
    response
        .broken()
        .forEach((name, reason) ->
            ledger.refuse(name, new TypeLedger.Refusal(response.version(), reason)));
    return moved;
  }

  private static Optional<String> stale(
      TypeLedger ledger, Optional<Revision> revision, Response response) {
    if (!ledger.isOlder(revision) || saysWhatIsApplied(ledger, response)) {
      return Optional.empty();
    }
    return Optional.of(
        "stale revision: %d is older than %d, which is applied"
            .formatted(revision.orElseThrow().number(), ledger.floor().orElseThrow().number()));
  }

  /**
   * Whether a response would change nothing of what is applied, or was before the restart.
   *
   * <p>A replica that read the store later calls the same content by a higher revision, because the
   * store counts writes that are no config, too. So an older number alone is not an older state.
   */
  private static boolean saysWhatIsApplied(TypeLedger ledger, Response response) {
    for (NamedResource resource : response.resources()) {
      String name = resource.name();
      NamedResource applied = ledger.held().getOrDefault(name, ledger.before().get(name));
      if (ledger.wants(name) && !resource.equals(applied)) {
        return false;
      }
    }
    for (String name : response.removed()) {
      if (ledger.held().containsKey(name) || ledger.before().containsKey(name)) {
        return false;
      }
    }
    // The first answer about everything says by silence that the rest is gone.
    boolean firstOfAll = ledger.wantsAll() && ledger.held().isEmpty();
    return response.broken().isEmpty()
        && (!firstOfAll || response.resources().size() == ledger.before().size());
  }

  private static Map<String, String> duplicates(List<NamedResource> resources) {
    Map<String, String> duplicates = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (NamedResource resource : resources) {
      if (!seen.add(resource.name())) {
        duplicates.put(resource.name(), "the name is there more than once in one response");
      }
    }
    return duplicates;
  }

  private static String detail(ResourceType type, Map<String, String> refused) {
    StringBuilder detail = new StringBuilder();
    for (Map.Entry<String, String> refusal : refused.entrySet()) {
      if (!detail.isEmpty()) {
        detail.append("; ");
      }
      detail.append(type.label()).append(" \"").append(refusal.getKey()).append("\": ");
      detail.append(refusal.getValue());
      if (detail.length() > MAX_DETAIL_CHARS) {
        detail.setLength(MAX_DETAIL_CHARS);
        return detail.append("…").toString();
      }
    }
    return detail.toString();
  }

  public static Status status(String message) {
    return Status.newBuilder().setCode(Code.INVALID_ARGUMENT_VALUE).setMessage(message).build();
  }
}
