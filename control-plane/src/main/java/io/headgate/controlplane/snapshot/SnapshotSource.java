package io.headgate.controlplane.snapshot;

/**
 * Where streams get their group's snapshots from: they are told that something is new and fetch the
 * newest when they can use it.
 *
 * <p>Thread: any.
 */
public interface SnapshotSource {
  /**
   * Starts to follow a group, which is compiled now if nobody followed it.
   *
   * @param onChange called after each new snapshot, on the publishing thread; must only hand over
   */
  Subscription follow(NodeGroup group, Runnable onChange);

  /** One follower of a group. */
  interface Subscription extends AutoCloseable {
    /**
     * The newest snapshot. {@link GroupSnapshot#EMPTY} with {@link Origin#NONE} until there is an
     * image.
     */
    GroupSnapshot current();

    @Override
    void close();
  }
}
