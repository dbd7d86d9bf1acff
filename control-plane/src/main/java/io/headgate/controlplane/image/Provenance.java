package io.headgate.controlplane.image;

import java.time.Instant;

/**
 * Where an image comes from.
 *
 * @param incarnation name of the etcd's life, 16 hexadecimal digits; empty for {@link Source#NONE}
 * @param revision etcd revision up to which the image is complete
 * @param time when this replica learnt of it from etcd; for {@link Source#DISK} when the copy was
 *     last confirmed by etcd
 */
public record Provenance(String incarnation, long revision, Instant time, Source source) {
  /** Nothing is known. */
  public static final Provenance NONE = new Provenance("", 0, Instant.EPOCH, Source.NONE);

  /** What an image was read from. */
  public enum Source {
    /** Nothing: the empty image, which is never published. */
    NONE,
    ETCD,
    DISK
  }

  /** {@code <incarnation>/<revision>}, as in the control plane's identifier. */
  public String identifier() {
    return incarnation + "/" + revision;
  }
}
