package io.headgate.controlplane.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is known, kept up to date with the tokens file: it is looked at again at most once a second;
 * a file that became wrong is reported and the principals before stay.
 *
 * <p>Thread: any.
 */
public final class Principals {
  private static final Logger LOG = LoggerFactory.getLogger(Principals.class);
  private static final long LOOK_AGAIN_MILLIS = 1_000;
  private static final int MAX_REMEMBERED = 1_000;

  private final Path file;
  private final Clock clock;
  private final Map<String, Principal> slowMatches = new ConcurrentHashMap<>();
  private volatile State state;

  private record State(List<Principal> principals, @Nullable FileTime modified, long lookedAt) {}

  private Principals(Path file, Clock clock, State state) {
    this.file = file;
    this.clock = clock;
    this.state = state;
  }

  /** The principals of a file that was found good. */
  public static Principals of(Path file, TokensFile.Result.Good good, Clock clock) {
    return new Principals(
        file, clock, new State(good.principals(), modified(file), clock.millis()));
  }

  /**
   * Who a token belongs to.
   *
   * @param cheapOnly leaves out hashes that are slow to compute
   */
  Optional<Principal> authenticate(String token, boolean cheapOnly) {
    List<Principal> principals = refreshed();
    Principal found = null;
    for (Principal principal : principals) {
      // Every entry is compared: the time says nothing of which matched.
      if (principal.hash() instanceof TokenHash.Sha256 hash && hash.matches(token)) {
        found = principal;
      }
    }
    if (found != null) {
      return Optional.of(found);
    }
    String remembered = TokenHash.sha256(token);
    Principal slow = slowMatches.get(remembered);
    if (slow != null && principals.contains(slow)) {
      return Optional.of(slow);
    }
    if (cheapOnly) {
      return Optional.empty();
    }
    for (Principal principal : principals) {
      if (principal.hash() instanceof TokenHash.Pbkdf2 hash && hash.matches(token)) {
        if (slowMatches.size() >= MAX_REMEMBERED) {
          slowMatches.clear();
        }
        slowMatches.put(remembered, principal);
        return Optional.of(principal);
      }
    }
    return Optional.empty();
  }

  /** Whether this principal still stands in the file, unchanged. */
  boolean contains(Principal principal) {
    return refreshed().contains(principal);
  }

  private List<Principal> refreshed() {
    State known = state;
    long now = clock.millis();
    if (now - known.lookedAt() < LOOK_AGAIN_MILLIS) {
      return known.principals();
    }
    FileTime modified = modified(file);
    List<Principal> principals = known.principals();
    if (modified != null && !modified.equals(known.modified())) {
      switch (TokensFile.read(file)) {
        case TokensFile.Result.Good good -> principals = good.principals();
        case TokensFile.Result.Bad bad ->
            LOG.warn("event=tokens_file_refused kept=previous problems=\"{}\"", bad.problems());
      }
    }
    state = new State(principals, modified == null ? known.modified() : modified, now);
    return principals;
  }

  private static @Nullable FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return null;
    }
  }
}
