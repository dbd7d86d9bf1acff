package io.headgate.listeners;

import java.io.IOException;

/** A connection under observation. */
interface Live extends AutoCloseable {
  /**
   * Uses it: a request, or bytes there and back.
   *
   * @return what the backend said of the request, or the bytes
   * @throws IOException when it is closed, or says that its end is near
   */
  String use() throws IOException;

  /** Waits for its end within the read timeout; false when it goes on. */
  boolean ends() throws IOException;

  @Override
  void close() throws IOException;
}
