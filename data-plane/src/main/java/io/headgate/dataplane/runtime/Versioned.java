package io.headgate.dataplane.runtime;

import java.time.Instant;

/**
 * A resource's value and what the control plane calls it.
 *
 * @param version for reports only; equal values are equal whatever they are called
 * @param since when it was accepted
 */
public record Versioned<T>(String name, String version, T value, Instant since) {
  /** A resource that is accepted now. */
  public Versioned(String name, String version, T value) {
    this(name, version, value, Instant.now());
  }
}
