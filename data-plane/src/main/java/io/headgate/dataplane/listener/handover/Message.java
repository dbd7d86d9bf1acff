package io.headgate.dataplane.listener.handover;

import java.net.SocketAddress;
import java.util.List;

/**
 * What the two processes say to each other.
 *
 * <pre>
 *   new ──Hello──▶ old ──Offer(addresses)──▶ new ──Take──▶ old ──one descriptor for each address──▶ new
 *   new ──Ready──▶ old, which stops accepting ──Left──▶ new
 * </pre>
 *
 * <p>In the place of any answer the old process may say {@link Refused}; it goes on as it was. The
 * steps are in lock-step: a descriptor is never on its way together with bytes.
 */
sealed interface Message {
  /** The new process asks for what there is. */
  record Hello() implements Message {}

  /** The addresses of the listening sockets, in the order in which they will come. */
  record Offer(List<SocketAddress> addresses) implements Message {
    public Offer {
      addresses = List.copyOf(addresses);
    }
  }

  /** The new process awaits descriptors. */
  record Take() implements Message {}

  /** The new process accepts connections with valid config. */
  record Ready() implements Message {}

  /** The old process accepts none any longer, and no longer writes or answers as admin. */
  record Left() implements Message {}

  /** Nothing is handed over, for this reason. */
  record Refused(String reason) implements Message {}
}
