package io.headgate.controlplane.loader;

import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.Hold;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.ObjectKey;
import java.util.Optional;

/**
 * The newest value of an object that somebody asked for, and what became of it.
 *
 * @param revision of the newest value, 0 when the key was deleted and only the accepted value is
 *     left
 * @param object the newest value; empty when it cannot be read
 * @param text the newest value as it stands in etcd; never to be shown for a secret
 * @param accepted what is in force
 * @param hold why the newest value is not in force; empty when it is or waits to be
 */
public record AskedValue(
    ObjectKey key,
    long revision,
    Optional<FleetObject> object,
    String text,
    Optional<AcceptedObject> accepted,
    Optional<Hold> hold) {

  @Override
  public String toString() {
    return "AskedValue[" + key + " revision=" + revision + " hold=" + hold + "]";
  }
}
