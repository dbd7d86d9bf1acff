package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.ResourceType;
import io.headgate.controlplane.snapshot.SetVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One type of a state-of-the-world stream.
 *
 * <p>Clusters and listeners are always sent as the full set: what is to be removed stays in it
 * until it may go, and what waits or was refused is left at the content the client has. Other types
 * are sent in parts, and their absence says nothing.
 *
 * <p>Spec: xDS protocol, "How the client specifies what resources to return" and "ACK/NACK and
 * resource type instance version".
 */
final class SotwType extends TypeState {
  private boolean first = true;
  private boolean named;
  private boolean resuming;
  private String resumedVersion = "";
  private String newestNonce = "";

  SotwType(ResourceType type) {
    super(type);
  }

  /**
   * Whether the request speaks of an older response than the newest, so that its names are out of
   * date.
   */
  boolean stale(ClientRequest.Sotw request) {
    return !request.nonce().isEmpty() && !request.nonce().equals(newestNonce);
  }

  void nonceSent(String nonce) {
    newestNonce = nonce;
  }

  /**
   * Takes a request's names.
   *
   * @return the names that the client does not want any more
   */
  List<String> subscribe(ClientRequest.Sotw request) {
    Set<String> wanted = new HashSet<>(request.names());
    boolean star = wanted.remove("*");
    named |= star || !wanted.isEmpty();
    boolean wildcardBefore = wildcard;
    Set<String> namesBefore = Set.copyOf(names);
    wildcard = star || (type.fullSet() && !named);
    names.retainAll(wanted);
    names.addAll(wanted);

    List<String> left = new ArrayList<>();
    Set<String> had =
        holdings.all().stream()
            .map(EncodedResource::name)
            .collect(Collectors.toCollection(TreeSet::new));
    had.addAll(namesBefore);
    for (String name : had) {
      if (!wants(name)) {
        forget(name);
        left.add(name);
      }
    }
    Set<String> added = new HashSet<>(names);
    added.removeAll(namesBefore);
    if (wildcardBefore) {
      added.removeIf(name -> holdings.get(name) != null);
    }
    asked.addAll(added);
    boolean more = !added.isEmpty() || (wildcard && !wildcardBefore);
    answerOwed |= more && type.fullSet();
    if (first && !request.version().isEmpty()) {
      resuming = true;
      resumedVersion = request.version();
    }
    first = false;
    dropUnwanted();
    if (wildcard && !wildcardBefore) {
      compareAll();
    } else {
      added.forEach(this::compare);
    }
    return left;
  }

  /**
   * Once there is a snapshot: if the client came back with exactly this set, it is not sent again.
   * Gives what was recognised.
   */
  Collection<EncodedResource> recognise() {
    if (!resuming) {
      return List.of();
    }
    resuming = false;
    List<EncodedResource> wanted = new ArrayList<>();
    SetVersion version = new SetVersion();
    for (EncodedResource resource : set().byName().values()) {
      if (wants(resource.name())) {
        wanted.add(resource);
        version.add(resource);
      }
    }
    if (!version.toString().equals(resumedVersion)) {
      return List.of();
    }
    wanted.forEach(holdings::recognise);
    asked.clear();
    dirty.clear();
    answerOwed = false;
    return wanted;
  }

  @Override
  Optional<Draft> answer(Predicate<EncodedResource> blocked) {
    if (type.fullSet()) {
      if (!answerOwed) {
        return Optional.empty();
      }
      answerOwed = false;
      asked.clear();
      return Optional.of(everything(blocked, Set.of()));
    }
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    asked.removeIf(name -> set().get(name) == null); // pushed when it appears
    List<EncodedResource> resources = sendable(asked, blocked);
    return resources.isEmpty()
        ? Optional.empty()
        : Optional.of(new Draft(resources, resources, List.of()));
  }

  @Override
  Optional<Draft> change(Predicate<EncodedResource> blocked) {
    if (dirty.isEmpty() || changeInFlight()) {
      return Optional.empty();
    }
    List<EncodedResource> news = sendable(dirty, blocked);
    if (news.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        type.fullSet() ? everything(blocked, replaced(news)) : new Draft(news, news, List.of()));
  }

  @Override
  Optional<Draft> removal(Set<String> removable) {
    if (removable.isEmpty() || changeInFlight()) {
      return Optional.empty();
    }
    if (type.fullSet()) {
      return Optional.of(everything(resource -> false, removable));
    }
    removable.forEach(this::forget); // absence says nothing: there is nothing to send
    return Optional.empty();
  }

  private Draft everything(Predicate<EncodedResource> blocked, Set<String> without) {
    Map<String, EncodedResource> result = new TreeMap<>();
    List<EncodedResource> news = new ArrayList<>();
    for (EncodedResource resource : wanted()) {
      EncodedResource held = holdings.get(resource.name());
      boolean stays =
          blocked.test(resource) || rejections.blamed(resource.name(), resource.version());
      if (!stays) {
        result.put(resource.name(), resource);
        if (held == null || !held.version().equals(resource.version())) {
          news.add(resource);
        }
      } else if (held != null) {
        result.put(resource.name(), held);
      }
    }
    for (String name : gone) {
      EncodedResource held = holdings.get(name);
      if (held != null && !without.contains(name)) {
        result.put(name, held);
      }
    }
    return new Draft(List.copyOf(result.values()), news, without.stream().sorted().toList());
  }

  private Collection<EncodedResource> wanted() {
    if (wildcard) {
      return set().byName().values();
    }
    List<EncodedResource> wanted = new ArrayList<>();
    for (String name : names) {
      EncodedResource resource = set().get(name);
      if (resource != null) {
        wanted.add(resource);
      }
    }
    return wanted;
  }

  @Override
  String version(String systemVersion) {
    return holdings.version();
  }
}
