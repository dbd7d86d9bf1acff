package io.headgate.dataplane.hcm;

/**
 * Everything that a stream is pinned to when it starts: one generation of a connection manager.
 * Immutable; a change of routes or filters puts a new generation in force, and equal parts are
 * shared.
 */
public record HcmGeneration(
    HcmSettings settings, FilterChain filters, RouteLookup routes, ReplyMapper replies) {

  /** A generation that leaves the proxy's own answers as they are. */
  public HcmGeneration(HcmSettings settings, FilterChain filters, RouteLookup routes) {
    this(settings, filters, routes, ReplyMapper.NONE);
  }
}
