package io.headgate.controlplane.snapshot;

/**
 * Where a snapshot comes from: an etcd's incarnation and the revision of the image that was
 * compiled.
 *
 * @param incarnation the random id of the etcd data, 16 hex characters; empty before anything was
 *     read
 * @param revision etcd revision, at least 0
 */
public record Origin(String incarnation, long revision) {
  public static final Origin NONE = new Origin("", 0);

  /** How a proxy begins its refusal of what is older than what it has applied. */
  public static final String STALE = "stale revision";

  /** The text of {@code control_plane.identifier} and {@code system_version_info}. */
  @Override
  public String toString() {
    return incarnation + "/" + revision;
  }
}
