package io.headgate.controlplane.fleetstate;

/**
 * The fleet object that a refused resource was made from.
 *
 * @param resource the xDS resource's name
 * @param key the etcd key
 * @param author who wrote the value
 * @param revision the revision of the value
 */
public record NackedObject(String resource, String key, String author, long revision) {}
