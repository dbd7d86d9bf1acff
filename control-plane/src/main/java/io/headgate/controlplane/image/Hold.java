package io.headgate.controlplane.image;

import io.headgate.fleet.Violation;
import java.time.Instant;
import java.util.List;

/**
 * Something that etcd says and that is not applied; what was in force before stays.
 *
 * @param what the sort of thing that is held
 * @param key etcd key relative to the prefix
 * @param revision etcd revision of the value that is held
 * @param author who wrote it, as far as that is known
 * @param since when this replica first saw it, or what the hold key says
 * @param problem why, and how to end it
 */
public record Hold(
    What what, String key, long revision, String author, Instant since, Problem problem) {

  /** The sort of thing that is held. */
  public enum What {
    /** One value of one key; its last accepted value stays. */
    OBJECT,
    /** Removals of the hosts of a service that expired together. */
    SERVICE,
    /** All of etcd. */
    ETCD
  }

  /**
   * Why something is held.
   *
   * @param reason for people, one line
   * @param violations what is wrong with the value; empty when it is not about a value
   * @param end what ends the hold
   */
  public record Problem(String reason, List<Violation> violations, String end) {
    public Problem {
      violations = List.copyOf(violations);
    }
  }
}
