package io.headgate.fleet;

import java.util.Set;

/**
 * The header that tells who the client is, at the start of each connection of clients (HAProxy's
 * PROXY protocol).
 *
 * @param optional whether a connection may come without one
 * @param versions those that may come; never empty
 */
public record ProxyProtocol(boolean optional, Set<Version> versions) {
  /** A form of the header. */
  public enum Version {
    /** A line of text. */
    V1,
    /** Binary. */
    V2
  }

  public ProxyProtocol {
    versions = Set.copyOf(versions);
  }
}
