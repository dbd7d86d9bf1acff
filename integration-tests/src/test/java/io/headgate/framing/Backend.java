package io.headgate.framing;

import java.io.IOException;

/** What a lane leads to. */
interface Backend extends AutoCloseable {
  int port();

  @Override
  void close() throws IOException;
}
