package io.headgate.controlplane.fleetstate;

import java.util.List;

/**
 * One refusal of one proxy.
 *
 * @param id unique within the fleet
 * @param nodeId the proxy
 * @param typeUrl the resource type
 * @param refused what was refused, and when
 * @param message the proxy's own words
 * @param stale the proxy has a newer revision than this replica: nobody's object is wrong
 * @param objects where the refused resources come from; empty when stale or unknown
 */
public record Nack(
    String id,
    String nodeId,
    String typeUrl,
    VersionMark refused,
    String message,
    boolean stale,
    List<NackedObject> objects) {
  public Nack {
    objects = List.copyOf(objects);
  }
}
