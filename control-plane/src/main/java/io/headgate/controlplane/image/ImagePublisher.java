package io.headgate.controlplane.image;

/**
 * Who is told of each new image.
 *
 * <p>Thread: the loader's, one call at a time, in the order in which publishers were given to the
 * loader; the next publisher is called when the one before has returned. An exception is logged and
 * keeps nobody else from being called. Must not block on the network.
 *
 * <p>The first call brings everything there is, with a delta that names all of it. {@link
 * ConfigImage#EMPTY} is never published: a replica that knows nothing says nothing.
 */
@FunctionalInterface
public interface ImagePublisher {
  /**
   * A new image is in force.
   *
   * @param delta what changed since the last call; empty when only the provenance moved on
   */
  void publish(ConfigImage image, ConfigDelta delta);
}
