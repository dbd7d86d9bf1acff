package io.headgate.dataplane.listener.handover;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets that came from the process before, by the address that they are bound to.
 *
 * <p><b>Thread:</b> any. <b>Ownership:</b> who claims a descriptor closes it; what nobody claimed
 * is closed by {@link #closeRest}.
 */
public final class Inheritance {
  private final Map<SocketAddress, FileDescriptor> left = new HashMap<>();
  private int claimed;

  Inheritance() {}

  synchronized void add(SocketAddress address, FileDescriptor descriptor) {
    FileDescriptor before = left.put(address, descriptor);
    if (before != null) {
      close(before);
    }
  }

  /**
   * Returns the socket that is bound to this address and makes it the caller's; null if none is.
   */
  public synchronized @Nullable FileDescriptor claim(SocketAddress address) {
    FileDescriptor descriptor = left.remove(address);
    if (descriptor != null) {
      claimed++;
    }
    return descriptor;
  }

  /** Returns how many sockets were claimed. */
  public synchronized int claimed() {
    return claimed;
  }

  /** Returns how many sockets nobody has claimed. */
  public synchronized int unclaimed() {
    return left.size();
  }

  /** Closes what nobody wants. */
  public synchronized void closeRest() {
    left.values().forEach(Inheritance::close);
    left.clear();
  }

  private static void close(FileDescriptor descriptor) {
    try {
      descriptor.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
