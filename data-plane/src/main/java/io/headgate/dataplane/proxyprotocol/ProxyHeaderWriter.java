package io.headgate.dataplane.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Tlv;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the PROXY header that tells a host who the client is. */
public final class ProxyHeaderWriter {
  private static final byte LOCAL = 0x20;
  private static final byte PROXY = 0x21;
  private static final byte TCP4 = 0x11;
  private static final byte TCP6 = 0x21;

  private ProxyHeaderWriter() {}

  /** Returns the header of a connection that is made for a client. */
  public static byte[] of(UpstreamProxyProtocol rules, ConnectionInfo client) {
    InetSocketAddress source = inet(client.remote());
    InetSocketAddress destination = inet(client.local());
    if (source == null
        || destination == null
        || !source.getAddress().getClass().equals(destination.getAddress().getClass())) {
      return own(rules);
    }
    return switch (rules.version()) {
      case V1 -> line(source, destination);
      case V2 -> binary(source, destination, values(rules, client));
    };
  }

  /** Returns the header of a connection that is made for no client. */
  public static byte[] own(UpstreamProxyProtocol rules) {
    return switch (rules.version()) {
      case V1 -> "PROXY UNKNOWN\r\n".getBytes(US_ASCII);
      case V2 -> local();
    };
  }

  private static @Nullable InetSocketAddress inet(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null ? inet : null;
  }

  private static byte[] line(InetSocketAddress source, InetSocketAddress destination) {
    String family = source.getAddress().getAddress().length == 4 ? "TCP4" : "TCP6";
    return String.join(
            " ",
            "PROXY",
            family,
            ConnectionInfo.host(source),
            ConnectionInfo.host(destination),
            Integer.toString(source.getPort()),
            destination.getPort() + "\r\n")
        .getBytes(US_ASCII);
  }

  private static byte[] local() {
    return ByteBuffer.allocate(ProxyHeaderReader.V2_HEAD_BYTES)
        .put(ProxyHeaderReader.V2_SIGNATURE)
        .put(LOCAL)
        .array();
  }

  private static byte[] binary(
      InetSocketAddress source, InetSocketAddress destination, List<Tlv> values) {
    InetAddress from = source.getAddress();
    boolean four = from.getAddress().length == 4;
    int bytes = four ? ProxyHeaderReader.IPV4_BYTES : ProxyHeaderReader.IPV6_BYTES;
    for (Tlv value : values) {
      bytes += ProxyHeaderReader.TLV_HEAD_BYTES + value.value().length;
    }
    ByteBuffer out =
        ByteBuffer.allocate(ProxyHeaderReader.V2_HEAD_BYTES + bytes)
            .put(ProxyHeaderReader.V2_SIGNATURE)
            .put(PROXY)
            .put(four ? TCP4 : TCP6)
            .putShort((short) bytes)
            .put(from.getAddress())
            .put(destination.getAddress().getAddress())
            .putShort((short) source.getPort())
            .putShort((short) destination.getPort());
    for (Tlv value : values) {
      out.put((byte) value.type()).putShort((short) value.value().length).put(value.value());
    }
    return out.array();
  }

  /** What the config adds stands for what came of the same type. A checksum is never passed on. */
  private static List<Tlv> values(UpstreamProxyProtocol rules, ConnectionInfo client) {
    List<Tlv> values = new ArrayList<>();
    Set<Integer> own = new HashSet<>(Set.of(ProxyHeaderReader.CRC32C_TYPE));
    for (UpstreamProxyProtocol.Tlv added : rules.added()) {
      values.add(new Tlv(added.type(), added.value()));
      own.add(added.type());
    }
    ConnectionInfo.Proxied proxied = client.proxied();
    if (proxied != null) {
      for (Tlv passed : proxied.values()) {
        if (rules.passed().contains(passed.type()) && !own.contains(passed.type())) {
          values.add(passed);
        }
      }
    }
    return values;
  }
}
