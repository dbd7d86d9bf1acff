package io.headgate.controlplane.discovery;

import io.headgate.controlplane.discovery.DiscoveryTracker.Sent;
import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.ResourceSet;
import io.headgate.controlplane.snapshot.ResourceType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One resource type of one stream: what the client wants, what it has, and what is still to be
 * told.
 *
 * <pre>
 *   request ─▶ names ─┐                        ┌─▶ answer()   at once, any number un-ACKed
 *   snapshot ─────────┴─▶ todo: asked, dirty ──┼─▶ change()   one un-ACKed at a time, latest content
 *                                   gone ──────┴─▶ removal()  last, when nobody refers to it
 *   ACK ─▶ holdings confirmed      NACK ─▶ holdings as before, content remembered as refused
 * </pre>
 *
 * <p>Thread: confined to its stream.
 */
abstract sealed class TypeState permits DeltaType, SotwType {
  /** A response with more is split, where the type may be partial. */
  private static final int PARTIAL_BYTES = 1 << 20; // 1 MiB

  /** Answers whose ACK is waited for; the oldest are forgotten beyond it. */
  private static final int OUTSTANDING_LIMIT = 256;

  private static final Comparator<EncodedResource> BY_NAME =
      Comparator.comparing(EncodedResource::name);

  private record Outstanding(Sent sent, Draft draft) {}

  final ResourceType type;
  final Holdings holdings = new Holdings();
  final Rejections rejections = new Rejections();

  final Set<String> names = new HashSet<>();
  boolean wildcard;

  /** Names that the client asked for and was not answered about. */
  final Set<String> asked = new LinkedHashSet<>();

  /** Whether a response is owed even if it is empty. */
  boolean answerOwed;

  /** Names whose content is not what the client has. */
  final Set<String> dirty = new HashSet<>();

  /** Names that the client has and that are no more. */
  final Set<String> gone = new HashSet<>();

  /** Names to send even though the client has, or refused, this content. */
  private final Set<String> again = new HashSet<>();

  /**
   * Names whose content the client calls older than what it has: they wait for a newer snapshot.
   */
  private final Set<String> outdated = new HashSet<>();

  private final Deque<Outstanding> outstanding = new ArrayDeque<>();
  private @Nullable Outstanding change;
  private ResourceSet set = ResourceSet.EMPTY;

  TypeState(ResourceType type) {
    this.type = type;
  }

  // ---- what is to be told: each response as a draft; empty when there is nothing to say now

  /** An answer to what the client asked for. */
  abstract Optional<Draft> answer(Predicate<EncodedResource> blocked);

  /** New content, unless a change is un-ACKed. */
  abstract Optional<Draft> change(Predicate<EncodedResource> blocked);

  /** The end of some names. */
  abstract Optional<Draft> removal(Set<String> removable);

  /** The version that a response has once it is sent. */
  abstract String version(String systemVersion);

  final boolean wants(String name) {
    return wildcard || names.contains(name);
  }

  final ResourceSet set() {
    return set;
  }

  final boolean changeInFlight() {
    return change != null;
  }

  /** Whether the client is told everything but removals, and has confirmed it. */
  final boolean settled() {
    return change == null
        && dirty.isEmpty()
        && asked.isEmpty()
        && !answerOwed
        && !holdings.anyUnconfirmed();
  }

  /** Takes a newer snapshot: compares the names that changed, and those alone. */
  final void look(ResourceSet newest) {
    if (newest == set) {
      return;
    }
    Optional<Set<String>> changed = newest.changedSince(set.sequence());
    set = newest;
    if (changed.isPresent()) {
      changed.get().forEach(this::compare);
    } else {
      compareAll();
    }
  }

  final void compareAll() {
    set.byName().keySet().forEach(this::compare);
    holdings.all().stream().map(EncodedResource::name).toList().forEach(this::compare);
    List.copyOf(holdings.declaredNames()).forEach(this::compare);
  }

  /** Finds out whether anything is to be told about a name. */
  final void compare(String name) {
    if (!wants(name)) {
      return;
    }
    EncodedResource now = set.get(name);
    Set<String> released = rejections.released(name, now == null ? "" : now.version());
    for (String companion : released) {
      EncodedResource content = set.get(companion);
      if (content != null && rejections.refused(companion, content.version())) {
        again.add(companion);
      }
    }
    if (now == null) {
      dirty.remove(name);
      if (holdings.has(name)) {
        gone.add(name);
      }
    } else {
      gone.remove(name);
      if (news(now)) {
        dirty.add(name);
      } else {
        dirty.remove(name);
      }
    }
    released.forEach(this::compare);
  }

  /** Sends a name again although it is unchanged. */
  final void repeat(String name) {
    if (holdings.has(name)) {
      again.add(name);
      compare(name);
    }
  }

  final boolean refused(EncodedResource resource) {
    return rejections.refused(resource.name(), resource.version())
        && !again.contains(resource.name());
  }

  private boolean news(EncodedResource now) {
    EncodedResource held = holdings.get(now.name());
    if (held != null && held.version().equals(now.version())) {
      holdings.refresh(now);
      return again.contains(now.name());
    }
    return !refused(now) && !outdated.contains(now.name());
  }

  /** Drops work on names that the client does not want any more. */
  final void dropUnwanted() {
    dirty.removeIf(name -> !wants(name));
    asked.removeIf(name -> !wants(name));
    gone.removeIf(name -> !wants(name));
    again.removeIf(name -> !wants(name));
    outdated.removeIf(name -> !wants(name));
  }

  final void forget(String name) {
    holdings.forget(name);
    rejections.forget(name);
    asked.remove(name);
    dirty.remove(name);
    gone.remove(name);
    again.remove(name);
    outdated.remove(name);
  }

  /** Dirty names that may be sent now, in order of name, as many as fit. */
  final List<EncodedResource> sendable(Set<String> among, Predicate<EncodedResource> blocked) {
    List<EncodedResource> result = new ArrayList<>();
    long bytes = 0;
    for (String name : among) {
      EncodedResource resource = set.get(name);
      if (resource == null || blocked.test(resource)) {
        continue;
      }
      bytes += resource.any().length;
      if (!type.fullSet() && bytes > PARTIAL_BYTES && !result.isEmpty()) {
        break;
      }
      result.add(resource);
    }
    result.sort(BY_NAME);
    return result;
  }

  /**
   * Names that are no more and whose addresses new resources take. They go with what replaces them:
   * a client refuses a listener whose address another one has.
   */
  final Set<String> replaced(List<EncodedResource> news) {
    Set<String> addresses = new HashSet<>();
    news.forEach(resource -> addresses.addAll(resource.references().addresses()));
    Set<String> replaced = new HashSet<>();
    for (String name : gone) {
      EncodedResource held = holdings.get(name);
      if (held != null && !Collections.disjoint(held.references().addresses(), addresses)) {
        replaced.add(name);
      }
    }
    return replaced;
  }

  // ---- what was told

  /** Books a response as sent. */
  final void sent(Sent sent, Draft draft, boolean asChange) {
    Outstanding entry = new Outstanding(sent, draft);
    if (asChange) {
      change = entry;
    }
    if (outstanding.size() == OUTSTANDING_LIMIT) {
      outstanding.removeFirst();
    }
    outstanding.add(entry);
  }

  /** Books a draft's content, before its version is asked for. */
  final void book(Draft draft) {
    for (EncodedResource resource : draft.news()) {
      holdings.send(resource);
      dirty.remove(resource.name());
      asked.remove(resource.name());
      again.remove(resource.name());
    }
    for (String name : draft.removed()) {
      holdings.forget(name);
      asked.remove(name);
      gone.remove(name);
    }
  }

  /** The response with a nonce, which is not outstanding from now on. */
  private Optional<Outstanding> resolve(String nonce) {
    for (Outstanding entry : outstanding) {
      if (entry.sent.nonce().equals(nonce)) {
        outstanding.remove(entry);
        if (change != null && change.sent.nonce().equals(nonce)) {
          change = null;
        }
        return Optional.of(entry);
      }
    }
    if (change != null && change.sent.nonce().equals(nonce)) {
      Outstanding entry = change;
      change = null;
      return Optional.of(entry);
    }
    return Optional.empty();
  }

  /**
   * Books an ACK.
   *
   * @param earlierToo whether older responses that were never answered count as accepted, too
   * @return the responses that are accepted now, oldest first
   */
  final List<Sent> acked(String nonce, boolean earlierToo) {
    if (outstanding.stream().noneMatch(entry -> entry.sent.nonce().equals(nonce))) {
      return resolve(nonce).map(this::accept).map(List::of).orElse(List.of());
    }
    List<Sent> accepted = new ArrayList<>();
    if (earlierToo) {
      while (!outstanding.getFirst().sent.nonce().equals(nonce)) {
        resolve(outstanding.getFirst().sent.nonce()).map(this::accept).ifPresent(accepted::add);
      }
    }
    resolve(nonce).map(this::accept).ifPresent(accepted::add);
    return accepted;
  }

  private Sent accept(Outstanding entry) {
    for (EncodedResource resource : entry.draft.news()) {
      holdings.confirm(resource);
      rejections.accepted(resource.name(), resource.version());
    }
    holdings.accepted();
    return entry.sent;
  }

  /**
   * Books the refusal of a response that is older than what the client has: nothing is wrong with
   * its content.
   */
  final Optional<Sent> outdated(String nonce) {
    Optional<Outstanding> entry = resolve(nonce);
    entry.ifPresent(of -> {
      for (EncodedResource resource : of.draft.news()) {
        holdings.refuse(resource);
        outdated.add(resource.name());
        compare(resource.name());
      }
    });
    return entry.map(Outstanding::sent);
  }

  /** A newer snapshot comes: what was too old may not be now, even if its content is the same. */
  final void newer() {
    List<String> retried = List.copyOf(outdated);
    outdated.clear();
    retried.forEach(this::compare);
  }

  /**
   * Books a refusal.
   *
   * @param culprits finds the names that the client blames among those that were new to it
   */
  final Optional<Sent> nacked(String nonce, UnaryOperator<List<String>> culprits) {
    Optional<Outstanding> entry = resolve(nonce);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> versions = new HashMap<>();
    for (EncodedResource resource : entry.get().draft.news()) {
      versions.put(resource.name(), resource.version());
      holdings.refuse(resource);
    }
    rejections.refuse(versions, Set.copyOf(culprits.apply(List.copyOf(versions.keySet()))));
    versions.keySet().forEach(this::compare);
    return Optional.of(entry.get().sent);
  }
}
