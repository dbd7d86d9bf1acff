package io.headgate.dataplane.xds.resource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the client wants, holds and has refused of one resource type. Outlives streams: a new stream
 * begins with it.
 *
 * <p>Thread: the xds thread.
 */
public final class TypeLedger {
  private final ResourceType type;
  private final Map<String, NamedResource> held = new TreeMap<>();
  private final Map<String, Refusal> refused = new TreeMap<>();
  private Interest interest = Interest.none();
  private String version = "";
  private String identifier = "";
  private Optional<Revision> floor = Optional.empty();
  private Map<String, NamedResource> before = Map.of();

  /** A resource that was refused: which version, and why. */
  public record Refusal(String version, String reason) {}

  TypeLedger(ResourceType type) {
    this.type = type;
  }

  public ResourceType type() {
    return type;
  }

  /** Replaces what is wanted and forgets what is no longer. */
  public void want(Interest wanted) {
    interest = wanted;
    held.keySet().removeIf(name -> !wants(name));
    refused.keySet().removeIf(name -> !wants(name));
  }

  public boolean wantsAll() {
    return interest instanceof Interest.All;
  }

  public boolean wantsNothing() {
    return interest instanceof Interest.Names some && some.names().isEmpty();
  }

  public boolean wants(String name) {
    return switch (interest) {
      case Interest.All() -> true;
      case Interest.Names(Set<String> names) -> names.contains(name);
    };
  }

  /** The names wanted, sorted; empty when all are. */
  public SortedSet<String> wantedNames() {
    return switch (interest) {
      case Interest.All() -> new TreeSet<>();
      case Interest.Names(Set<String> names) -> new TreeSet<>(names);
    };
  }

  /** Accepted resources by name. */
  public Map<String, NamedResource> held() {
    return held;
  }

  /** The newest refusal of each name whose newest version was refused. */
  public Map<String, Refusal> refused() {
    return refused;
  }

  void accept(NamedResource resource) {
    held.put(resource.name(), resource);
    refused.remove(resource.name());
  }

  void refuse(String name, Refusal refusal) {
    refused.put(name, refusal);
  }

  void remove(String name) {
    held.remove(name);
    refused.remove(name);
  }

  /** The version of the last response that was accepted whole; empty before the first. */
  public String version() {
    return version;
  }

  /** The control plane's identifier of the last response that was accepted whole. */
  public String identifier() {
    return identifier;
  }

  /** A response was accepted whole; what was applied before the restart counts no longer. */
  void acceptedWhole(String acceptedVersion, String acceptedIdentifier) {
    version = acceptedVersion;
    if (!isOlder(Revision.parse(acceptedIdentifier))) {
      identifier = acceptedIdentifier;
    }
    before = Map.of();
  }

  /**
   * What was applied before the process started again: nothing older that differs from it may
   * follow. It is not held for that.
   */
  public void resume(String appliedIdentifier, List<NamedResource> applied) {
    identifier = appliedIdentifier;
    floor = Revision.parse(appliedIdentifier);
    before = applied.stream().collect(Collectors.toMap(NamedResource::name, one -> one));
  }

  /** What was applied before the restart, by name; empty once a response was accepted whole. */
  Map<String, NamedResource> before() {
    return before;
  }

  /** Something of a response of this origin was applied: nothing older may follow. */
  void raiseFloor(Optional<Revision> revision) {
    if (revision.isPresent() && !isOlder(revision)) {
      floor = revision;
    }
  }

  /** Whether this is an earlier state of the store than one that was applied. */
  boolean isOlder(Optional<Revision> revision) {
    return revision.isPresent() && floor.isPresent() && revision.get().isOlderThan(floor.get());
  }

  /** The revision below which a response of the same incarnation is stale. */
  Optional<Revision> floor() {
    return floor;
  }

  /** Name to version of everything held, for the first delta request of a stream. */
  public Map<String, String> heldVersions() {
    Map<String, String> versions = new LinkedHashMap<>();
    held.forEach((name, resource) -> versions.put(name, resource.version()));
    return versions;
  }
}
