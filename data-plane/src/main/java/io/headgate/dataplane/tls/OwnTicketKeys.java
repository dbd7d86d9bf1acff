package io.headgate.dataplane.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Ticket keys of one filter chain that the proxy makes for itself, a new one every twelve hours.
 * The one before opens its tickets for as long again; then they are worthless.
 *
 * <p><b>Thread:</b> any.
 */
public final class OwnTicketKeys {
  /** How long a key seals. */
  static final Duration ROTATION = Duration.ofHours(12);

  private final LongSupplier nanoClock;
  private final AtomicLong sealedSince;
  private volatile List<OpenSslSessionTicketKey> keys = List.of(TicketKeys.random());

  /** Makes the first key. */
  public OwnTicketKeys(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    sealedSince = new AtomicLong(nanoClock.getAsLong());
  }

  List<OpenSslSessionTicketKey> keys() {
    return keys;
  }

  /** Makes a new key when it is time; says whether it did, to one caller only. */
  boolean rotate() {
    long since = sealedSince.get();
    long now = nanoClock.getAsLong();
    if (now - since < ROTATION.toNanos() || !sealedSince.compareAndSet(since, now)) {
      return false;
    }
    keys = List.of(TicketKeys.random(), keys.getFirst());
    return true;
  }
}
