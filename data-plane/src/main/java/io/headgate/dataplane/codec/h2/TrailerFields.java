package io.headgate.dataplane.codec.h2;

import io.headgate.dataplane.http.Trailers;
import org.jspecify.annotations.Nullable;

/**
 * Takes trailers: no pseudo fields, and what RFC 9110 §6.5.1 does not let stand there is dropped.
 */
final class TrailerFields extends MessageFields {
  TrailerFields(H2Settings settings) {
    super(settings);
  }

  @Override
  @Nullable String pseudo(int kind, int value, int length) {
    return "http2.pseudo_header_in_trailers";
  }

  @Override
  boolean host(int value, int length) {
    return false;
  }

  @Override
  boolean accepts(int name, int length) {
    return true;
  }

  /** Drops what may not be forwarded. */
  void filter() {
    Trailers.removeForbidden(block());
  }
}
