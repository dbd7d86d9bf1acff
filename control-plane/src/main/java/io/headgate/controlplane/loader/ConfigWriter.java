package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.image.Provenance;
import io.headgate.controlplane.store.Condition;
import io.headgate.controlplane.store.EtcdConnection;
import io.headgate.controlplane.store.StoreState;
import io.headgate.controlplane.store.StoreUnavailableException;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.controlplane.store.Write;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.FleetKey;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;

/**
 * Writes objects and overrides: each by one transaction of the value, its accepted copy, an audit
 * entry and the value before.
 *
 * <p>Thread: any that may block. Secrets: their values go to {@code config/} and {@code accepted/}
 * only.
 */
public final class ConfigWriter {
  /** Three copies and an audit entry must fit into one request of 1.5 MiB. */
  static final int MAX_VALUE_BYTES = 450_000;

  private static final String HELD_END = "headgate restore --from-image, or headgate accept-etcd";

  private final Supplier<Optional<EtcdConnection>> connections;
  private final Supplier<StoreState> state;
  private final Supplier<ConfigImage> image;
  private final CandidateCheck check;
  private final AuditLog audit;

  ConfigWriter(
      Supplier<Optional<EtcdConnection>> connections,
      Supplier<StoreState> state,
      Supplier<ConfigImage> image,
      CandidateCheck check,
      AuditLog audit) {
    this.connections = connections;
    this.state = state;
    this.image = image;
    this.check = check;
    this.audit = audit;
  }

  /**
   * A value that somebody wants.
   *
   * @param object what the reader made of it, all rules kept
   * @param json the same as JSON text: what is stored
   */
  public record Wanted(FleetObject object, String json) {}

  /** What is wrong with values if all were in force together; empty when nothing is. */
  public Map<ObjectKey, List<Violation>> check(List<Wanted> wanted) {
    ImageEdit edit = image.get().edit();
    Set<ObjectKey> changed = new TreeSet<>();
    for (Wanted one : wanted) {
      changed.add(one.object().key());
      if (one.object() instanceof HostOverride word) {
        edit.override(word.host(), word);
      } else {
        ObjectKey key = one.object().key();
        edit.object(key, new AcceptedObject(one.object(), 0, image.get().created(key), "", "", ""));
      }
    }
    return check.check(edit.finish(Provenance.NONE), changed);
  }

  /** Writes one value if nothing is wrong with it. */
  public WriteOutcome put(Wanted wanted, WriteRequest request) {
    List<Violation> violations =
        check(List.of(wanted)).getOrDefault(wanted.object().key(), List.of());
    return violations.isEmpty()
        ? putChecked(wanted, request)
        : new WriteOutcome.Invalid(violations);
  }

  /**
   * Writes one value that {@link #check} found nothing wrong with, alone or together with others
   * that are written before and after it: what one by one may look wrong on the way is right at the
   * end.
   */
  public WriteOutcome putChecked(Wanted wanted, WriteRequest request) {
    ObjectKey key = wanted.object().key();
    String text = wanted.json();
    if (text.length() > MAX_VALUE_BYTES) {
      return new WriteOutcome.Invalid(
          List.of(
              new Violation(
                  "",
                  0,
                  "",
                  "is " + text.length() + " characters long; at most " + MAX_VALUE_BYTES + " fit",
                  "split it")));
    }
    return attempt(connection -> {
      Present present = Present.read(connection, key);
      if (request.expected().isPresent() && request.expected().getAsLong() != present.revision()) {
        return new WriteOutcome.Conflict(present.revision());
      }
      WriteOutcome.Effect effect =
          present.asked.isEmpty()
              ? WriteOutcome.Effect.CREATED
              : present.holds(text) ? WriteOutcome.Effect.UNCHANGED : WriteOutcome.Effect.UPDATED;
      if (request.dryRun() || effect == WriteOutcome.Effect.UNCHANGED) {
        return new WriteOutcome.Done(
            effect, request.dryRun() ? image.get().provenance().revision() : present.revision());
      }
      List<Write> writes = new ArrayList<>();
      writes.add(Write.put(path(key), text));
      if (key.kind().isConfig()) {
        writes.add(
            Write.put(
                ObjectAssembler.accepted(key),
                AcceptedDocument.of(request.principal(), text).encode()));
      }
      AuditEntry.Action action =
          key.kind() == Kind.OVERRIDE ? AuditEntry.Action.OVERRIDE : AuditEntry.Action.PUT;
      writes.add(entry(action, request, key, present, Optional.of(text)));
      present.keep(key).ifPresent(writes::add);
      return outcome(effect, connection.commit(present.conditions(key), writes));
    });
  }

  /** Deletes one object or override. */
  public WriteOutcome delete(ObjectKey key, WriteRequest request) {
    return attempt(connection -> {
      Present present = Present.read(connection, key);
      if (request.expected().isPresent() && request.expected().getAsLong() != present.revision()) {
        return new WriteOutcome.Conflict(present.revision());
      }
      if (present.asked.isEmpty() && present.accepted.isEmpty()) {
        return new WriteOutcome.Missing();
      }
      if (request.dryRun()) {
        return new WriteOutcome.Done(
            WriteOutcome.Effect.DELETED, image.get().provenance().revision());
      }
      List<Write> writes = new ArrayList<>();
      writes.add(Write.delete(path(key)));
      if (key.kind().isConfig()) {
        writes.add(Write.delete(ObjectAssembler.accepted(key)));
      }
      AuditEntry.Action action =
          key.kind() == Kind.OVERRIDE
              ? AuditEntry.Action.OVERRIDE_DELETE
              : AuditEntry.Action.DELETE;
      writes.add(entry(action, request, key, present, Optional.empty()));
      present.keep(key).ifPresent(writes::add);
      return outcome(
          WriteOutcome.Effect.DELETED, connection.commit(present.conditions(key), writes));
    });
  }

  /**
   * Ends the hold on the expired hosts of a service: they are gone then.
   *
   * @param service key of the service
   */
  public WriteOutcome endHold(ObjectKey service, WriteRequest request) {
    String key = ExpiryHold.key(service.namespace(), service.name());
    return attempt(connection -> {
      Optional<StoredValue> hold = connection.get(key);
      if (hold.isEmpty()) {
        return new WriteOutcome.Missing();
      }
      return outcome(
          WriteOutcome.Effect.DELETED,
          connection.commit(
              List.of(new Condition.Unchanged(key, hold.get().modRevision())),
              List.of(
                  Write.delete(key),
                  audit.entry(
                      AuditEntry.Action.END_HOLD,
                      request.principal(),
                      request.reason(),
                      key,
                      AuditLog.Change.NONE))));
    });
  }

  private Write entry(
      AuditEntry.Action action,
      WriteRequest request,
      ObjectKey key,
      Present present,
      Optional<String> after) {
    return audit.entry(
        action,
        request.principal(),
        request.reason(),
        path(key),
        new AuditLog.Change(present.hash().orElse(null), after.map(Digest::of).orElse(null)));
  }

  private static String path(ObjectKey key) {
    return FleetKey.of(key).path();
  }

  private static WriteOutcome outcome(WriteOutcome.Effect effect, WriteResult result) {
    return switch (result) {
      case WriteResult.Written(long revision) -> new WriteOutcome.Done(effect, revision);
      case WriteResult.Conflict(long current) -> new WriteOutcome.Conflict(current);
      case WriteResult.Unavailable(String reason) -> new WriteOutcome.Unavailable(reason);
    };
  }

  private interface Attempt {
    WriteOutcome over(EtcdConnection connection) throws StoreUnavailableException;
  }

  private WriteOutcome attempt(Attempt attempt) {
    StoreState now = state.get();
    return switch (now) {
      case StoreState.Held held -> new WriteOutcome.Held(held.reason(), HELD_END);
      case StoreState.Connecting away ->
          new WriteOutcome.Unavailable("since " + away.since() + ": " + away.reason());
      case StoreState.Live live -> {
        Optional<EtcdConnection> connection = connections.get();
        if (connection.isEmpty()) {
          yield new WriteOutcome.Unavailable("since " + live.since() + ": reconnecting");
        }
        try {
          yield attempt.over(connection.get());
        } catch (StoreUnavailableException e) {
          yield new WriteOutcome.Unavailable(String.valueOf(e.getMessage()));
        }
      }
    };
  }

  /** What is there before a write. */
  private record Present(Optional<StoredValue> asked, Optional<StoredValue> accepted) {
    static Present read(EtcdConnection connection, ObjectKey key) throws StoreUnavailableException {
      Optional<StoredValue> asked = connection.get(path(key));
      return new Present(
          asked,
          key.kind().isConfig() ? connection.get(ObjectAssembler.accepted(key)) : Optional.empty());
    }

    long revision() {
      return asked.map(StoredValue::modRevision).orElse(0L);
    }

    Optional<String> hash() {
      return asked.map(value -> Digest.of(value.value()));
    }

    /** An equal value that is accepted as well. */
    boolean holds(String text) {
      return asked.isPresent()
          && asked.get().value().equals(text)
          && (asked.get().key().startsWith("overrides/")
              || accepted
                  .flatMap(value -> AcceptedDocument.parse(value.value()))
                  .filter(document -> document.hash().equals(Digest.of(text)))
                  .isPresent());
    }

    List<Condition> conditions(ObjectKey key) {
      List<Condition> conditions = new ArrayList<>();
      conditions.add(new Condition.Unchanged(path(key), revision()));
      if (key.kind().isConfig()) {
        conditions.add(
            new Condition.Unchanged(
                ObjectAssembler.accepted(key), accepted.map(StoredValue::modRevision).orElse(0L)));
      }
      return conditions;
    }

    /** The copy of the value before; never of a secret, and not of what could not be kept whole. */
    Optional<Write> keep(ObjectKey key) {
      return asked
          .filter(value -> key.kind() != Kind.SECRET && value.value().length() <= MAX_VALUE_BYTES)
          .filter(ConfigWriter::isJson)
          .map(value -> Write.put(AuditLog.VALUES + Digest.of(value.value()), value.value()));
    }
  }

  private static boolean isJson(StoredValue value) {
    try {
      var _ = tools.jackson.databind.json.JsonMapper.shared().readTree(value.value());
      return true;
    } catch (JacksonException e) {
      return false;
    }
  }
}
