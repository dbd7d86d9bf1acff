package io.headgate.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What a policy governs.
 *
 * @param section the listener of a gateway, the rule of a route, the port of a service; null for
 *     all
 */
public record TargetRef(ObjectKey object, @Nullable String section) {}
