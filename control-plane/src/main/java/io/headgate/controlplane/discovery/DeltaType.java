package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One type of an incremental stream.
 *
 * <p>Spec: xDS protocol, "Incremental xDS" and "How the client specifies what resources to return".
 */
final class DeltaType extends TypeState {
  private boolean first = true;

  DeltaType(ResourceType type) {
    super(type);
  }

  /**
   * Takes a request's subscription changes; they count whatever its nonce says.
   *
   * @return the names that the client does not want any more
   */
  List<String> subscribe(ClientRequest.Delta request) {
    List<String> left = new ArrayList<>();
    if (first) {
      begin(request);
    }
    for (String name : request.unsubscribe()) {
      left.addAll(unsubscribe(name));
    }
    boolean resumed = first;
    boolean wildcardBefore = wildcard && !first;
    for (String name : request.subscribe()) {
      if (name.equals("*")) {
        wildcard = true;
        answerOwed = !resumed || request.initialVersions().isEmpty();
        continue;
      }
      names.add(name);
      // What the client has from an earlier stream is compared, not answered: equal content is not
      // sent again.
      if (!(resumed && holdings.has(name))) {
        asked.add(name);
      }
    }
    first = false;
    dropUnwanted();
    if (wildcard && !wildcardBefore) {
      compareAll();
    } else {
      request.subscribe().forEach(this::compare);
      request.unsubscribe().forEach(this::compare);
    }
    return left;
  }

  private void begin(ClientRequest.Delta request) {
    if (type.fullSet() && request.subscribe().isEmpty()) {
      wildcard = true;
      answerOwed = request.initialVersions().isEmpty();
    }
    boolean all = wildcard || request.subscribe().contains("*");
    request
        .initialVersions()
        .forEach((name, version) -> {
          if (all || request.subscribe().contains(name)) {
            holdings.declare(name, version);
          }
        });
  }

  private Set<String> unsubscribe(String name) {
    if (name.equals("*")) {
      wildcard = false;
      Set<String> left = new HashSet<>(holdings.declaredNames());
      holdings.all().forEach(resource -> left.add(resource.name()));
      left.removeIf(names::contains);
      left.forEach(this::forget);
      return left;
    }
    if (!names.remove(name)) {
      return Set.of();
    }
    if (wildcard) {
      asked.add(
          name); // the client still gets it by wildcard: it must hear that it stays, or that it is
      // not there
      return Set.of();
    }
    forget(name);
    return Set.of(name);
  }

  /** Turns declared versions that are today's into holdings; gives what was recognised. */
  Map<String, String> recognise() {
    Map<String, String> known = new HashMap<>();
    for (String name : List.copyOf(holdings.declaredNames())) {
      EncodedResource now = set().get(name);
      if (now != null && now.version().equals(holdings.declaredVersion(name))) {
        holdings.recognise(now);
        dirty.remove(name);
        known.put(name, now.version());
      }
    }
    return known;
  }

  @Override
  Optional<Draft> answer(Predicate<EncodedResource> blocked) {
    if (asked.isEmpty() && !answerOwed) {
      return Optional.empty();
    }
    Set<String> about = new LinkedHashSet<>(asked);
    if (answerOwed) {
      about.addAll(dirty);
    }
    List<EncodedResource> resources = sendable(about, blocked);
    List<String> missing = asked.stream().filter(name -> set().get(name) == null).sorted().toList();
    if (resources.isEmpty() && missing.isEmpty() && !answerOwed) {
      return Optional.empty(); // all of it waits for a cluster
    }
    answerOwed = false;
    return Optional.of(new Draft(resources, resources, missing));
  }

  @Override
  Optional<Draft> change(Predicate<EncodedResource> blocked) {
    if (dirty.isEmpty() || changeInFlight()) {
      return Optional.empty();
    }
    List<EncodedResource> resources = sendable(dirty, blocked);
    return resources.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Draft(resources, resources, replaced(resources).stream().sorted().toList()));
  }

  @Override
  Optional<Draft> removal(Set<String> removable) {
    if (removable.isEmpty() || changeInFlight()) {
      return Optional.empty();
    }
    return Optional.of(new Draft(List.of(), List.of(), removable.stream().sorted().toList()));
  }

  @Override
  String version(String systemVersion) {
    return systemVersion;
  }
}
