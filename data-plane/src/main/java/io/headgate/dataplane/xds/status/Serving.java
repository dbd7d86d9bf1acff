package io.headgate.dataplane.xds.status;

/**
 * What carries traffic of one resource.
 *
 * @param servingVersion empty while none serves
 * @param warmingVersion accepted and not yet serving; empty when nothing warms
 * @param warmingReason what it waits for
 */
public record Serving(
    String name, String servingVersion, String warmingVersion, String warmingReason) {}
