package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.Hold;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.store.StoredValue;
import io.headgate.fleet.Violation;
import java.time.Instant;
import java.util.List;

/** Makes holds on values that are not applied. */
final class Holds {
  static final String END = "write a correct value, or delete the key";

  private Holds() {}

  /**
   * A hold on the newest value of a key.
   *
   * @param author who wrote it; empty when only the revision is known
   */
  static Hold ofValue(
      ImageEdit edit, StoredValue value, String author, List<Violation> violations, Instant now) {
    Hold before = edit.holdOn(value.key());
    Instant since =
        before != null && before.revision() == value.modRevision() ? before.since() : now;
    return new Hold(
        Hold.What.OBJECT,
        value.key(),
        value.modRevision(),
        author.isEmpty() ? "revision " + value.modRevision() : author,
        since,
        new Hold.Problem(summary(violations), violations, END));
  }

  /** The first violation and how many there are besides. */
  static String summary(List<Violation> violations) {
    Violation first = violations.getFirst();
    String text = first.path().isEmpty() ? first.reason() : first.path() + ": " + first.reason();
    return violations.size() == 1 ? text : text + " (and " + (violations.size() - 1) + " more)";
  }
}
