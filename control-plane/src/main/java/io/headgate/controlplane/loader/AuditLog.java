package io.headgate.controlplane.loader;

import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.StoreUnavailableException;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.controlplane.store.Write;
import io.headgate.controlplane.store.WriteResult;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who changed what, in etcd under {@code audit/}, with the values before under {@code objects/}.
 *
 * <p>Thread: any that may block.
 */
public final class AuditLog {
  static final String PREFIX = "audit/";
  static final String VALUES = "objects/";
  private static final int PAGE = 500;

  /** So many entries are looked through at most for one page of one object's history. */
  private static final int MAX_SCAN = 20_000;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<Optional<EtcdConnection>> connections;
  private final Clock clock;

  AuditLog(Supplier<Optional<EtcdConnection>> connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  /**
   * Newest first.
   *
   * @param before only entries older than this id
   * @param key only entries about this key, relative to the prefix
   */
  public List<AuditEntry> list(int limit, Optional<String> before, Optional<String> key)
      throws StoreUnavailableException {
    return scan(limit, before, entry -> key.isEmpty() || entry.key().equals(key.get()));
  }

  public Optional<AuditEntry> get(String id) throws StoreUnavailableException {
    return connection()
        .get(PREFIX + id)
        .flatMap(value -> AuditEntry.parse(id, value.modRevision(), value.value()));
  }

  /** A previous value by its hash; empty when it was pruned, or never kept, as with secrets. */
  public Optional<String> previousValue(String hash) throws StoreUnavailableException {
    return connection().get(VALUES + hash).map(StoredValue::value);
  }

  /** The write of a new entry, for the transaction of the change itself. */
  Write entry(
      AuditEntry.Action action, String principal, String reason, String key, Change values) {
    byte[] random = new byte[4];
    RANDOM.nextBytes(random);
    String id = String.format("%012x-%s", clock.millis(), HexFormat.of().formatHex(random));
    AuditEntry entry =
        new AuditEntry(
            id,
            0,
            new AuditEntry.By(clock.instant(), principal, reason),
            action,
            key,
            values.before,
            values.after);
    return Write.put(PREFIX + id, entry.encode());
  }

  /**
   * Writes an entry about something that is not in etcd.
   *
   * @param reason says what it was as well as why
   */
  public void record(AuditEntry.Action action, String principal, String reason)
      throws StoreUnavailableException {
    WriteResult result =
        connection().commit(List.of(), List.of(entry(action, principal, reason, "", Change.NONE)));
    if (result instanceof WriteResult.Unavailable(String problem)) {
      throw new StoreUnavailableException(problem);
    }
  }

  /** Hashes of the values before and after. */
  record Change(@Nullable String before, @Nullable String after) {
    static final Change NONE = new Change(null, null);
  }

  private List<AuditEntry> scan(int limit, Optional<String> before, Predicate<AuditEntry> wanted)
      throws StoreUnavailableException {
    List<AuditEntry> found = new ArrayList<>();
    Optional<String> below = before.map(id -> PREFIX + id);
    for (int scanned = 0; scanned < MAX_SCAN && found.size() < limit; scanned += PAGE) {
      List<StoredValue> page = connection().newest(PREFIX, below, PAGE);
      for (StoredValue value : page) {
        String id = value.key().substring(PREFIX.length());
        AuditEntry.parse(id, value.modRevision(), value.value())
            .filter(wanted)
            .ifPresent(found::add);
        if (found.size() == limit) {
          return found;
        }
      }
      if (page.size() < PAGE) {
        return found;
      }
      below = Optional.of(page.getLast().key());
    }
    return found;
  }

  private EtcdConnection connection() throws StoreUnavailableException {
    return connections
        .get()
        .orElseThrow(() -> new StoreUnavailableException("etcd does not answer"));
  }
}
