package io.headgate.restart;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.LongConsumer;

/** A client that sends requests one after the other; it never repeats one. Thread: its own. */
interface Client extends AutoCloseable {
  /**
   * Sends some requests and reads their answers; connects when it has to.
   *
   * @param answered told after each answer how many there are more
   * @throws IOException when a request was lost, or was not answered with 200
   */
  void send(LongConsumer answered) throws IOException;

  @Override
  void close() throws IOException;

  /** Of one kind, to one address. */
  @FunctionalInterface
  interface Maker {
    Client to(InetSocketAddress address);
  }
}
