package io.headgate.controlplane.image;

import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;

/**
 * The value of one object that was last accepted.
 *
 * @param revision etcd revision that wrote the accepted value
 * @param created etcd revision at which the object was first accepted: its age, on which all
 *     replicas agree
 * @param author principal of the API, else {@code metadata.owner}, else {@code revision N}
 * @param hash hexadecimal SHA-256 of the text that was asked for
 * @param json the value as JSON text; never to be shown for a secret
 */
public record AcceptedObject(
    FleetObject object, long revision, long created, String author, String hash, String json) {

  /** An object that is as old as its value. */
  public AcceptedObject(
      FleetObject object, long revision, String author, String hash, String json) {
    this(object, revision, revision, author, hash, json);
  }

  public ObjectKey key() {
    return object.key();
  }

  @Override
  public String toString() {
    return "AcceptedObject[" + key() + " revision=" + revision + " author=" + author + "]";
  }
}
