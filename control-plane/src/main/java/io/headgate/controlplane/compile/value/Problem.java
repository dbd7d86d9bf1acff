package io.headgate.controlplane.compile.value;

import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Violation;

/**
 * A reason why an object, or a part of it, cannot be carried out by a proxy.
 *
 * @param object whose author is to be told
 */
public record Problem(ObjectKey object, Violation violation) {}
