package io.headgate.soak;

import java.io.IOException;

/** A client of one protocol; connects when it has to. Thread: its own. */
interface Client extends AutoCloseable {

  /** Longer than any timeout of the proxy: who waits so long was forgotten. */
  int TIMEOUT_MILLIS = 60_000;

  /**
   * Does one exchange, up to the point where the client itself gives up.
   *
   * @throws BrokenException when it did not end as it had to
   */
  void exchange(Exchange exchange) throws BrokenException;

  @Override
  void close() throws IOException;
}
