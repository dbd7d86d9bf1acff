package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.EncodedResource;
import io.headgate.controlplane.snapshot.SetVersion;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client has of one type, as far as its stream knows: sent, confirmed, or declared when it
 * reconnected.
 *
 * <p>Thread: confined to its stream.
 */
final class Holdings {
  /** What was sent last. */
  private final Map<String, EncodedResource> held = new HashMap<>();

  /** Names whose newest content is not confirmed, with what the client confirmed before. */
  private final Map<String, Optional<EncodedResource>> unconfirmed = new HashMap<>();

  /** Versions from an earlier stream that are not today's, until they are replaced or removed. */
  private final Map<String, String> declared = new HashMap<>();

  private final SetVersion version = new SetVersion();
  private boolean everConfirmed;

  @Nullable EncodedResource get(String name) {
    return held.get(name);
  }

  Collection<EncodedResource> all() {
    return Collections.unmodifiableCollection(held.values());
  }

  Set<String> declaredNames() {
    return Collections.unmodifiableSet(declared.keySet());
  }

  @Nullable String declaredVersion(String name) {
    return declared.get(name);
  }

  boolean has(String name) {
    return held.containsKey(name) || declared.containsKey(name);
  }

  /** Whether the client confirmed any version of this name. */
  boolean confirmed(String name) {
    Optional<EncodedResource> before = unconfirmed.get(name);
    return before == null ? has(name) : before.isPresent() || declared.containsKey(name);
  }

  /** Whether anything is sent but not confirmed. */
  boolean anyUnconfirmed() {
    return !unconfirmed.isEmpty();
  }

  /** Whether the client ever confirmed anything, on this stream or an earlier one. */
  boolean everConfirmed() {
    return everConfirmed;
  }

  /** The version of all that was sent. */
  String version() {
    return version.toString();
  }

  void declare(String name, String declaredVersion) {
    declared.put(name, declaredVersion);
    everConfirmed = true;
  }

  /** The client has exactly this from an earlier stream. */
  void recognise(EncodedResource resource) {
    declared.remove(resource.name());
    put(resource);
    everConfirmed = true;
  }

  void send(EncodedResource resource) {
    EncodedResource before = put(resource);
    unconfirmed.putIfAbsent(resource.name(), Optional.ofNullable(before));
  }

  /** The client accepted a response, be it an empty one. */
  void accepted() {
    everConfirmed = true;
  }

  void confirm(EncodedResource resource) {
    String name = resource.name();
    declared.remove(name);
    if (!unconfirmed.containsKey(name)) {
      return;
    }
    if (held.get(name) == resource) {
      unconfirmed.remove(name);
    } else {
      unconfirmed.put(name, Optional.of(resource));
    }
  }

  /** The client refused this: it still has what it confirmed before. */
  void refuse(EncodedResource resource) {
    String name = resource.name();
    if (held.get(name) != resource) {
      return;
    }
    Optional<EncodedResource> before = unconfirmed.remove(name);
    if (before == null) {
      return;
    }
    if (before.isPresent()) {
      put(before.get());
    } else {
      version.remove(resource);
      held.remove(name);
    }
  }

  void forget(String name) {
    EncodedResource before = held.remove(name);
    if (before != null) {
      version.remove(before);
    }
    unconfirmed.remove(name);
    declared.remove(name);
  }

  /** Exchanges the object for one with the same content, which may have other owners. */
  void refresh(EncodedResource same) {
    if (!unconfirmed.containsKey(same.name())) {
      held.put(same.name(), same);
    }
  }

  private @Nullable EncodedResource put(EncodedResource resource) {
    EncodedResource before = held.put(resource.name(), resource);
    if (before != null) {
      version.remove(before);
    }
    version.add(resource);
    return before;
  }
}
