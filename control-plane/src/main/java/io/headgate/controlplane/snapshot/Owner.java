package io.headgate.controlplane.snapshot;

/**
 * An object of etcd that a resource was compiled from; a NACK of the resource is reported to its
 * author.
 *
 * @param key the etcd key without the prefix, for example {@code accepted/httproute/default/shop}
 * @param author who wrote it, or empty when unknown
 * @param revision etcd's mod revision of the object
 */
public record Owner(String key, String author, long revision) {}
