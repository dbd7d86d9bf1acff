package io.headgate.dataplane.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Ticket keys of one filter chain that the proxy makes for itself, a new one every twelve hours.
 * The one before opens its tickets for as long again; then they are worthless.
 *
 * <p><b>Thread:</b> the config thread.
 */
public final class OwnTicketKeys {
  /** How long a key seals. */
  static final Duration ROTATION = Duration.ofHours(12);

  private final LongSupplier nanoClock;
  private long sealedSince;
  private List<OpenSslSessionTicketKey> keys = List.of(TicketKeys.random());

  /** Makes the first key. */
  public OwnTicketKeys(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    sealedSince = nanoClock.getAsLong();
  }

  List<OpenSslSessionTicketKey> keys() {
    return keys;
  }

  /** Makes a new key when it is time; says whether it did. */
  boolean rotate() {
    long now = nanoClock.getAsLong();
    if (now - sealedSince < ROTATION.toNanos()) {
      return false;
    }
    sealedSince = now;
    keys = List.of(TicketKeys.random(), keys.getFirst());
    return true;
  }
}
