package io.headgate.controlplane.api;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The dashboard's sessions: in memory, bounded, each ends after eight hours or with its principal.
 *
 * <p>Thread: any.
 */
final class Sessions {
  static final Duration LIFETIME = Duration.ofHours(8);
  private static final int MAX_SESSIONS = 1_000;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  /** One session; {@code csrf} must come with each mutation. */
  record Session(String id, Principal principal, String csrf, Instant expires) {}

  Sessions(Clock clock) {
    this.clock = clock;
  }

  Session open(Principal principal) {
    Session session = new Session(secret(), principal, secret(), clock.instant().plus(LIFETIME));
    lock.lock();
    try {
      sessions.values().removeIf(known -> !known.expires().isAfter(clock.instant()));
      if (sessions.size() >= MAX_SESSIONS) {
        sessions.remove(sessions.keySet().iterator().next());
      }
      sessions.put(session.id(), session);
    } finally {
      lock.unlock();
    }
    return session;
  }

  Optional<Session> find(String id) {
    lock.lock();
    try {
      return Optional.ofNullable(sessions.get(id))
          .filter(session -> session.expires().isAfter(clock.instant()));
    } finally {
      lock.unlock();
    }
  }

  void close(String id) {
    lock.lock();
    try {
      sessions.remove(id);
    } finally {
      lock.unlock();
    }
  }

  private String secret() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
