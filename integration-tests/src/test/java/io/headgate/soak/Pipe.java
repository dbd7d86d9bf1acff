package io.headgate.soak;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes both ways: a socket, or a stream of HTTP/2 that became a tunnel. Blocking. */
interface Pipe extends AutoCloseable {
  DataInputStream in();

  OutputStream out();

  /** Leaves without a word: RST of TCP, or RST_STREAM. */
  void reset() throws IOException;

  @Override
  void close() throws IOException;
}
