package io.headgate.dataplane.runtime;

import io.headgate.xds.model.Listener;
import java.util.function.Consumer;

/**
 * A listener's socket and what is behind it.
 *
 * <p>Thread: the config thread.
 */
public interface LiveListener {
  /** Makes and replaces what is behind sockets. */
  interface Factory {
    /**
     * Builds what connections of this listener get; no I/O and no socket yet.
     *
     * @throws IllegalArgumentException when it can not be built; the message is for the NACK
     */
    Prepared prepare(Listener value, RouteLookup routes);
  }

  /** Built, and not in force. */
  interface Prepared {
    /**
     * Binds the address and accepts.
     *
     * @param done told once on the config thread: empty when it accepts, else why it can not
     */
    LiveListener open(Consumer<String> done);

    /** The same as {@link LiveListener#refreshSecrets}, before it is in force. */
    default String refreshSecrets() {
      return "";
    }
  }

  /** Puts the prepared in force behind the socket that is open; what has changed drains. */
  void replace(Prepared next);

  /**
   * The same with other addresses: those that stay keep their sockets. When an address can not be
   * bound nothing changes.
   *
   * @param done told once on the config thread: empty when it is in force, else why it is not
   */
  void replaceAddresses(Prepared next, Consumer<String> done);

  /**
   * Takes the newest secrets into force; connections that are open stay.
   *
   * @return what does not make sense, empty when all does: there the secrets before stay
   */
  default String refreshSecrets() {
    return "";
  }

  /** Stops accepting; connections finish within the drain time. */
  void close();
}
