package io.headgate.xds.model.value;

import org.jspecify.annotations.Nullable;

/** What a listener listens on. */
public sealed interface ListenAddress permits Address, ListenAddress.DualStack, ListenAddress.Pipe {

  /** The IPv6 wildcard with IPv4 clients as well. */
  record DualStack(int port) implements ListenAddress {
    public DualStack {
      Checks.port(port);
    }

    @Override
    public Address ip() {
      return new Address("::", port);
    }

    @Override
    public String toString() {
      return "[::]:" + port;
    }
  }

  /**
   * A Unix socket.
   *
   * @param path of its file; a leading {@code @} stands for the abstract name space
   * @param mode of its file, 0 for the default
   */
  record Pipe(String path, int mode) implements ListenAddress {
    public Pipe {
      Checks.notEmpty(path, "path");
      Checks.require(mode >= 0 && mode <= 0777, "mode must be within 0..0777");
      Checks.require(mode == 0 || !path.startsWith("@"), "an abstract socket has no mode");
    }

    @Override
    public @Nullable Address ip() {
      return null;
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /** Returns the IP address and port, null for a Unix socket. */
  @Nullable Address ip();
}
