package io.headgate.xds.model.tls;

import io.headgate.xds.model.match.StringMatcher;

/**
 * A condition on the alternative names of a certificate. An exact matcher of a DNS name lets {@code
 * *.example.com} of the certificate stand for one label.
 */
public record SanMatcher(Type type, StringMatcher matcher) {
  /** Kind of name, RFC 5280 §4.2.1.6. */
  public enum Type {
    EMAIL,
    DNS,
    URI,
    IP_ADDRESS
  }
}
