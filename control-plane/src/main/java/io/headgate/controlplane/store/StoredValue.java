package io.headgate.controlplane.store;

/**
 * One key of etcd as it stood at some revision.
 *
 * @param key relative to the prefix
 * @param value as text; one that is no UTF-8 begins with U+FFFD and has it in place of what could
 *     not be read
 * @param createRevision revision that made the key
 * @param modRevision revision that wrote this value
 * @param lease lease that the key hangs on, 0 for none
 */
public record StoredValue(
    String key, String value, long createRevision, long modRevision, long lease) {}
