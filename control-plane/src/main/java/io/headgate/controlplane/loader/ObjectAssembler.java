package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.image.Provenance;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes the accepted objects, finds what was asked for and not accepted, and says why or that it
 * may be.
 *
 * <p>Whether a value may be accepted depends on the other objects, so everything that is not
 * accepted yet is looked at again with each change.
 */
final class ObjectAssembler {
  private final Keyspace keys;
  private final ValueReader reader;
  private final CandidateCheck check;
  private final SortedSet<ObjectKey> open = new TreeSet<>();
  private final SortedMap<ObjectKey, Acceptable> acceptable = new TreeMap<>();

  /**
   * A value that keeps every rule and waits for the elected replica.
   *
   * @param asked the value under {@code config/}; empty when the key was deleted
   * @param acceptedRevision revision of the accepted value, 0 when there is none
   */
  record Acceptable(
      ObjectKey key, Optional<StoredValue> asked, String author, long acceptedRevision) {}

  ObjectAssembler(Keyspace keys, ValueReader reader, CandidateCheck check) {
    this.keys = keys;
    this.reader = reader;
    this.check = check;
  }

  static String asked(ObjectKey key) {
    return "config/" + key;
  }

  static String accepted(ObjectKey key) {
    return "accepted/" + key;
  }

  /** What the elected replica should accept now. */
  SortedMap<ObjectKey, Acceptable> acceptable() {
    return acceptable;
  }

  /** Takes up the accepted value of an object. */
  void assemble(ImageEdit edit, ObjectKey key, Instant now) {
    open.add(key);
    edit.object(key, read(key, now).orElse(null));
  }

  /** Judges everything that is not accepted yet against the objects as they are in the edit. */
  void judge(ImageEdit edit, Instant now) {
    acceptable.clear();
    for (ObjectKey key : List.copyOf(open)) {
      Optional<StoredValue> wanted = keys.get(asked(key));
      Optional<StoredValue> last = keys.get(accepted(key));
      if (isSettled(wanted, last)) {
        open.remove(key);
        edit.hold(asked(key), null);
      } else {
        judge(edit, key, wanted, last.map(StoredValue::modRevision).orElse(0L), now);
      }
    }
  }

  private static boolean isSettled(Optional<StoredValue> wanted, Optional<StoredValue> last) {
    if (wanted.isEmpty() || last.isEmpty()) {
      return wanted.isEmpty() && last.isEmpty();
    }
    return AcceptedDocument.parse(last.get().value())
        .map(document -> document.hash().equals(Digest.of(wanted.get().value())))
        .orElse(false);
  }

  private void judge(
      ImageEdit edit,
      ObjectKey key,
      Optional<StoredValue> wanted,
      long acceptedRevision,
      Instant now) {
    if (wanted.isEmpty()) {
      edit.hold(asked(key), null);
      acceptable.put(key, new Acceptable(key, wanted, "", acceptedRevision));
      return;
    }
    StoredValue value = wanted.get();
    switch (reader.object(key, value.value())) {
      case Checked.Invalid<FleetObject> invalid ->
          edit.hold(asked(key), Holds.ofValue(edit, value, "", invalid.violations(), now));
      case Checked.Valid<FleetObject>(FleetObject object) -> {
        String author = author(object, value);
        List<Violation> violations = dryRun(edit, key, object, value, author);
        if (violations.isEmpty()) {
          edit.hold(asked(key), null);
          acceptable.put(key, new Acceptable(key, wanted, author, acceptedRevision));
        } else {
          edit.hold(asked(key), Holds.ofValue(edit, value, author, violations, now));
        }
      }
    }
  }

  private List<Violation> dryRun(
      ImageEdit edit, ObjectKey key, FleetObject object, StoredValue value, String author) {
    ConfigImage before = edit.finish(Provenance.NONE);
    ConfigImage candidate =
        before
            .edit()
            .object(
                key,
                new AcceptedObject(
                    object, value.modRevision(), before.created(key), author, "", ""))
            .finish(Provenance.NONE);
    Map<ObjectKey, List<Violation>> found = check.check(candidate, Set.of(key));
    return found.getOrDefault(key, List.of());
  }

  private Optional<AcceptedObject> read(ObjectKey key, Instant now) {
    Optional<StoredValue> stored = keys.get(accepted(key));
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    Optional<AcceptedDocument> document = AcceptedDocument.parse(stored.get().value());
    if (document.isPresent()
        && reader.object(key, document.get().json())
            instanceof Checked.Valid<FleetObject>(FleetObject object)
        && !object.metadata().expiredAt(now)) {
      return Optional.of(
          new AcceptedObject(
              object,
              stored.get().modRevision(),
              stored.get().createRevision(),
              document.get().author(),
              document.get().hash(),
              document.get().json()));
    }
    return Optional.empty();
  }

  private static String author(FleetObject object, StoredValue value) {
    String owner = object.metadata().owner();
    return owner == null || owner.isEmpty() ? "revision " + value.modRevision() : owner;
  }
}
