package io.headgate.controlplane.snapshot;

/**
 * The version of a set of resources, kept up to date as resources come and go: the 128-bit sum of
 * the members' hashes.
 *
 * <p>The order in which members were added leaves no trace, so replicas and streams that hold the
 * same set name it alike. It guards against accidents, not against an author who searches for
 * collisions.
 *
 * <p>Thread: confined to its owner.
 */
public final class SetVersion {
  private long high;
  private long low;

  public void add(EncodedResource resource) {
    high += resource.digestHigh();
    low += resource.digestLow();
  }

  public void remove(EncodedResource resource) {
    high -= resource.digestHigh();
    low -= resource.digestLow();
  }

  /** 32 hex characters; the empty set is all zeros. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
