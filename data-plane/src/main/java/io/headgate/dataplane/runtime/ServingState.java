package io.headgate.dataplane.runtime;

/**
 * What carries traffic of one resource.
 *
 * @param servingVersion empty while none serves
 * @param warmingVersion accepted and not yet serving; empty when nothing warms
 * @param warmingReason what it waits for
 */
public record ServingState(
    String name, String servingVersion, String warmingVersion, String warmingReason) {

  static ServingState serving(String name, String version) {
    return new ServingState(name, version, "", "");
  }
}
