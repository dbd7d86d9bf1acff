package io.headgate.controlplane.image;

import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;

/**
 * The value of one object that was last accepted.
 *
 * @param revision etcd revision that wrote the accepted value
 * @param author principal of the API, else {@code metadata.owner}, else {@code revision N}
 * @param hash hexadecimal SHA-256 of the text that was asked for
 * @param json the value as JSON text; never to be shown for a secret
 */
public record AcceptedObject(
    FleetObject object, long revision, String author, String hash, String json) {

  public ObjectKey key() {
    return object.key();
  }

  @Override
  public String toString() {
    return "AcceptedObject[" + key() + " revision=" + revision + " author=" + author + "]";
  }
}
