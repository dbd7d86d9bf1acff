package io.headgate.xds.codec.listener;

import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.ListenAddress;
import java.net.InetAddress;

/** Decodes and encodes what listeners listen on. */
final class ListenAddressCodec {
  private static final String SOCKET = "socket_address";

  private ListenAddressCodec() {}

  static ListenAddress decode(MessageReader r) {
    return switch (r.which("address")) {
      case "pipe" -> r.need("pipe", r.message("pipe", ListenAddressCodec::pipe));
      case SOCKET -> r.need(SOCKET, r.message(SOCKET, ListenAddressCodec::socket));
      case "" -> throw new Refusal();
      default -> {
        r.refuse(r.which("address"));
        throw new Refusal();
      }
    };
  }

  private static ListenAddress pipe(MessageReader r) {
    return new ListenAddress.Pipe(r.string("path"), r.small("mode"));
  }

  private static ListenAddress socket(MessageReader r) {
    boolean dual = r.bool("ipv4_compat");
    Address address = Shared.socketAddress(r);
    if (!Shared.isIpLiteral(address.host())) {
      r.refuse("address", "is no IP address", "listen on an IP address");
      throw new Refusal();
    }
    if (!dual) {
      return address;
    }
    InetAddress ip = InetAddress.ofLiteral(address.host());
    if (ip.getAddress().length != 16 || !ip.isAnyLocalAddress()) {
      r.refuse("ipv4_compat", "only :: takes IPv4 clients as well", "remove it");
      throw new Refusal();
    }
    return new ListenAddress.DualStack(address.port());
  }

  static io.envoyproxy.envoy.config.core.v3.Address encode(ListenAddress address) {
    return switch (address) {
      case Address ip -> Protos.address(ip);
      case ListenAddress.DualStack(int port) ->
          io.envoyproxy.envoy.config.core.v3.Address.newBuilder()
              .setSocketAddress(
                  SocketAddress.newBuilder()
                      .setAddress("::")
                      .setPortValue(port)
                      .setIpv4Compat(true))
              .build();
      case ListenAddress.Pipe(String path, int mode) ->
          io.envoyproxy.envoy.config.core.v3.Address.newBuilder()
              .setPipe(Pipe.newBuilder().setPath(path).setMode(mode))
              .build();
    };
  }
}
