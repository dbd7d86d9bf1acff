package io.headgate.dataplane.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.dataplane.http.Tlv;
import io.headgate.dataplane.proxyprotocol.ProxyHeader.Ends;
import io.headgate.xds.model.listener.ProxyProtocol.Version;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY header at the start of a connection, strictly: what is no header by the letter is
 * none. Looks at bytes and takes none.
 *
 * <p>Spec: HAProxy, "The PROXY protocol", versions 1 and 2. As in Envoy, version 2 with an address
 * family other than IPv4 and IPv6 is an error unless the sender speaks for itself (LOCAL).
 */
public final class ProxyHeaderReader {
  /** The longest line of version 1, its end included. */
  static final int MAX_V1_BYTES = 107;

  /** The longest header of version 2 that is taken, all of its values included: 8 KiB. */
  public static final int MAX_V2_BYTES = 8 << 10;

  static final byte[] V1_SIGNATURE = "PROXY ".getBytes(US_ASCII);
  static final byte[] V2_SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(US_ASCII);
  static final int V2_HEAD_BYTES = 16;
  static final int V2_LENGTH_AT = 14;
  static final int IPV4_BYTES = 12;
  static final int IPV6_BYTES = 36;
  static final int TLV_HEAD_BYTES = 3;

  /** The type of the value that holds the header's checksum. */
  static final int CRC32C_TYPE = 0x03;

  private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]{2,}(\\d\\.[0-9.]+)?");
  private static final Pattern PORT = Pattern.compile("0|[1-9]\\d{0,4}");

  /** What the first bytes are. */
  public sealed interface Look {
    /** Not enough to tell. */
    record More() implements Look {}

    /** No header: something else begins. */
    record Other() implements Look {}

    /** The beginning of a header, and then none. */
    record Broken(Version version, String reason) implements Look {}

    /**
     * A header.
     *
     * @param length its bytes; what follows is the client's
     */
    record Found(ProxyHeader header, int length) implements Look {}
  }

  private static final Look.More MORE = new Look.More();
  private static final Look.Other OTHER = new Look.Other();

  private ProxyHeaderReader() {}

  /** Looks at what has come so far. */
  public static Look look(ByteBuf in) {
    if (!in.isReadable()) {
      return MORE;
    }
    byte[] signature = in.getByte(in.readerIndex()) == '\r' ? V2_SIGNATURE : V1_SIGNATURE;
    int known = Math.min(in.readableBytes(), signature.length);
    for (int i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != signature[i]) {
        return OTHER;
      }
    }
    if (known < signature.length) {
      return MORE;
    }
    return signature == V2_SIGNATURE ? binary(in) : line(in);
  }

  private static Look.Broken broken(Version version, String reason) {
    return new Look.Broken(version, reason);
  }

  // ---- version 1

  private static Look line(ByteBuf in) {
    int from = in.readerIndex();
    int end = in.indexOf(from, from + Math.min(in.readableBytes(), MAX_V1_BYTES), (byte) '\n');
    if (end < 0) {
      return in.readableBytes() < MAX_V1_BYTES ? MORE : broken(Version.V1, "the line does not end");
    }
    if (in.getByte(end - 1) != '\r') {
      return broken(Version.V1, "the line ends without CR");
    }
    String text = in.toString(from, end - 1 - from, US_ASCII);
    int length = end + 1 - from;
    if (text.equals("PROXY UNKNOWN") || text.startsWith("PROXY UNKNOWN ")) {
      return new Look.Found(new ProxyHeader(Version.V1, null, List.of()), length);
    }
    String[] parts = text.split(" ", -1);
    if (parts.length != 6) {
      return broken(Version.V1, "the line has not six parts");
    }
    Pattern form =
        switch (parts[1]) {
          case "TCP4" -> IPV4;
          case "TCP6" -> IPV6;
          default -> null;
        };
    if (form == null) {
      return broken(Version.V1, "the family is not TCP4, TCP6 or UNKNOWN");
    }
    InetSocketAddress source = address(form, parts[2], parts[4]);
    InetSocketAddress destination = address(form, parts[3], parts[5]);
    return source == null || destination == null
        ? broken(Version.V1, "an address or a port is malformed")
        : new Look.Found(
            new ProxyHeader(Version.V1, new Ends(source, destination), List.of()), length);
  }

  private static @Nullable InetSocketAddress address(Pattern form, String host, String port) {
    if (!form.matcher(host).matches() || !PORT.matcher(port).matches()) {
      return null;
    }
    int number = Integer.parseInt(port);
    try {
      return number > 65_535 ? null : new InetSocketAddress(InetAddress.ofLiteral(host), number);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  // ---- version 2

  private static Look binary(ByteBuf in) {
    int from = in.readerIndex();
    if (in.readableBytes() < V2_HEAD_BYTES) {
      return MORE;
    }
    int command = in.getUnsignedByte(from + V2_SIGNATURE.length);
    if (command >> 4 != 2) {
      return broken(Version.V2, "the version is not 2");
    }
    if ((command & 0xf) > 1) {
      return broken(Version.V2, "the command is neither LOCAL nor PROXY");
    }
    int length = V2_HEAD_BYTES + in.getUnsignedShort(from + V2_LENGTH_AT);
    if (length > MAX_V2_BYTES) {
      return broken(Version.V2, "the header is longer than " + MAX_V2_BYTES + " bytes");
    }
    boolean local = (command & 0xf) == 0;
    int family = in.getUnsignedByte(from + V2_SIGNATURE.length + 1);
    int addresses = local ? 0 : addressBytes(family);
    if (addresses < 0) {
      return broken(Version.V2, "the address family is not IPv4 or IPv6");
    }
    if (V2_HEAD_BYTES + addresses > length) {
      return broken(Version.V2, "the addresses are cut off");
    }
    if (in.readableBytes() < length) {
      return MORE;
    }
    if (local) {
      // By the specification all of the rest is to be ignored.
      return new Look.Found(new ProxyHeader(Version.V2, null, List.of()), length);
    }
    List<Tlv> values = values(in, from + V2_HEAD_BYTES + addresses, from + length);
    if (values == null) {
      return broken(Version.V2, "a value is cut off");
    }
    if (!checksumFits(in, from, length, from + V2_HEAD_BYTES + addresses)) {
      return broken(Version.V2, "the checksum is wrong");
    }
    return new Look.Found(
        new ProxyHeader(Version.V2, ends(in, from + V2_HEAD_BYTES, addresses), values), length);
  }

  /** Returns -1 for families that are not IP, and for neither streams nor datagrams. */
  private static int addressBytes(int family) {
    int transport = family & 0xf;
    if (transport != 1 && transport != 2) {
      return -1;
    }
    return switch (family >> 4) {
      case 1 -> IPV4_BYTES;
      case 2 -> IPV6_BYTES;
      default -> -1;
    };
  }

  private static Ends ends(ByteBuf in, int at, int addresses) {
    int bytes = addresses == IPV4_BYTES ? 4 : 16;
    InetAddress source = ip(in, at, bytes);
    InetAddress destination = ip(in, at + bytes, bytes);
    return new Ends(
        new InetSocketAddress(source, in.getUnsignedShort(at + 2 * bytes)),
        new InetSocketAddress(destination, in.getUnsignedShort(at + 2 * bytes + 2)));
  }

  private static InetAddress ip(ByteBuf in, int at, int bytes) {
    byte[] address = new byte[bytes];
    in.getBytes(at, address);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }

  private static @Nullable List<Tlv> values(ByteBuf in, int from, int end) {
    List<Tlv> values = new ArrayList<>();
    int at = from;
    while (at < end) {
      if (end - at < TLV_HEAD_BYTES) {
        return null;
      }
      int length = in.getUnsignedShort(at + 1);
      if (end - at - TLV_HEAD_BYTES < length) {
        return null;
      }
      byte[] value = new byte[length];
      in.getBytes(at + TLV_HEAD_BYTES, value);
      values.add(new Tlv(in.getUnsignedByte(at), value));
      at += TLV_HEAD_BYTES + length;
    }
    return values;
  }

  /** The checksum is over the whole header with zeros in its own place. */
  private static boolean checksumFits(ByteBuf in, int from, int length, int valuesAt) {
    int at = valuesAt;
    while (at < from + length) {
      int bytes = in.getUnsignedShort(at + 1);
      if (in.getUnsignedByte(at) == CRC32C_TYPE) {
        if (bytes != 4) {
          return false;
        }
        int valueAt = at + TLV_HEAD_BYTES - from;
        byte[] header = new byte[length];
        in.getBytes(from, header);
        Arrays.fill(header, valueAt, valueAt + 4, (byte) 0);
        CRC32C crc = new CRC32C();
        crc.update(header);
        if ((int) crc.getValue() != in.getInt(from + valueAt)) {
          return false;
        }
      }
      at += TLV_HEAD_BYTES + bytes;
    }
    return true;
  }
}
