package io.headgate.dataplane.runtime;

/**
 * A resource's value and what the control plane calls it.
 *
 * @param version for reports only; equal values are equal whatever they are called
 */
public record Versioned<T>(String name, String version, T value) {}
