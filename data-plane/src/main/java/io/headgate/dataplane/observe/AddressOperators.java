package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.ConnectionInfo;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The command operators of addresses: whole, without their port, masked to a network, and the port
 * alone. Thread: any.
 */
final class AddressOperators {
  private static final String WITHOUT_PORT = "_WITHOUT_PORT";

  /** Bits of the longest address. */
  private static final int MAX_BITS = 128;

  private AddressOperators() {}

  /**
   * Returns an operator, null when the name is none of an address.
   *
   * @param argument bits that are left of an address without port, null for all
   * @throws IllegalArgumentException when the argument is no number of bits, or none is taken
   */
  static @Nullable LogOperator of(String name, @Nullable String argument) {
    boolean bare = name.endsWith(WITHOUT_PORT);
    boolean port = name.endsWith("_PORT") && !bare;
    String whole =
        bare
            ? name.substring(0, name.length() - WITHOUT_PORT.length())
            : port ? name.substring(0, name.length() - 4) + "ADDRESS" : name;
    Function<StreamInfo, @Nullable String> address = address(whole);
    if (address == null || (port && !name.matches("DOWNSTREAM_(LOCAL|REMOTE)_PORT"))) {
      return null;
    }
    if (argument != null && !bare) {
      throw LogOperators.unknown(name + "(" + argument + ")");
    }
    if (port) {
      return e -> port(address.apply(e.info()));
    }
    if (!bare) {
      return e -> address.apply(e.info());
    }
    int bits = argument == null || argument.isEmpty() ? -1 : bits(name, argument);
    return e -> {
      String host = withoutPort(address.apply(e.info()));
      return host == null || bits < 0 ? host : network(host, bits);
    };
  }

  private static @Nullable Function<StreamInfo, @Nullable String> address(String name) {
    return switch (name) {
      case "UPSTREAM_REMOTE_ADDRESS" -> AddressOperators::connectedTo;
      case "UPSTREAM_LOCAL_ADDRESS" -> info -> info.upstreamLocalAddress;
      case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS" ->
          info -> ConnectionInfo.text(info.connection.direct());
      case "DOWNSTREAM_REMOTE_ADDRESS" -> AddressOperators::client;
      case "DOWNSTREAM_LOCAL_ADDRESS" -> info -> info.connection.localText();
      default -> null;
    };
  }

  private static int bits(String name, String argument) {
    try {
      int bits = Integer.parseInt(argument);
      if (bits >= 0 && bits <= MAX_BITS) {
        return bits;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, argument, e);
    }
    throw wrong(name, argument, null);
  }

  private static IllegalArgumentException wrong(
      String name, String argument, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "%" + name + "(" + argument + ")%: the bits of a mask are 0 to " + MAX_BITS, cause);
  }

  /** An address from a header has no port, for which Envoy writes 0. */
  private static String client(StreamInfo info) {
    String named = info.clientAddress;
    if (named == null) {
      return info.connection.remoteText();
    }
    return (named.indexOf(':') >= 0 ? "[" + named + "]" : named) + ":0";
  }

  /** The chosen host, when there is a connection to it. */
  private static @Nullable String connectedTo(StreamInfo info) {
    return info.upstreamLocalAddress == null ? null : info.upstreamHost;
  }

  private static @Nullable String withoutPort(@Nullable String address) {
    if (address == null) {
      return null;
    }
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The network of an address by CIDR; what is no IP address has none. */
  private static @Nullable String network(String host, int bits) {
    try {
      byte[] bytes = InetAddress.ofLiteral(host).getAddress();
      int kept = Math.min(bits, bytes.length * Byte.SIZE);
      for (int i = 0; i < bytes.length; i++) {
        int left = Math.clamp(kept - i * (long) Byte.SIZE, 0, Byte.SIZE);
        bytes[i] &= (byte) (0xff00 >> left);
      }
      return ConnectionInfo.host(InetAddress.getByAddress(bytes)) + "/" + kept;
    } catch (UnknownHostException | IllegalArgumentException e) {
      return null; // a Unix socket
    }
  }

  private static @Nullable Object port(@Nullable String address) {
    int colon = address == null ? -1 : address.lastIndexOf(':');
    if (address == null || colon < 0) {
      return null;
    }
    try {
      return Long.parseLong(address, colon + 1, address.length(), 10);
    } catch (NumberFormatException e) {
      return null; // a Unix socket
    }
  }
}
