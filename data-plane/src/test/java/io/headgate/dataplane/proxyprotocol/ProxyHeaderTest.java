package io.headgate.dataplane.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Tlv;
import io.headgate.dataplane.proxyprotocol.ProxyHeaderReader.Look;
import io.headgate.xds.model.cluster.UpstreamProxyProtocol;
import io.headgate.xds.model.listener.ProxyProtocol.Passed;
import io.headgate.xds.model.listener.ProxyProtocol.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers: what is written is read, at every split, and what is malformed is refused. */
class ProxyHeaderTest {
  private static final int CASES = 5_000;
  private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);

  private static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }

  private static Look look(byte[] bytes) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    Look look = ProxyHeaderReader.look(buffer);
    assertThat(buffer.readableBytes()).as("bytes that were taken").isEqualTo(bytes.length);
    return look;
  }

  private static Look look(String text) {
    return look(text.getBytes(ISO_8859_1));
  }

  private static ProxyHeader found(byte[] bytes, int length) {
    assertThat(look(bytes)).isInstanceOf(Look.Found.class);
    Look.Found found = (Look.Found) look(bytes);
    assertThat(found.length()).isEqualTo(length);
    return found.header();
  }

  private static byte[] binary(int command, int family, byte[] rest) {
    return ByteBuffer.allocate(16 + rest.length)
        .put(SIGNATURE)
        .put((byte) command)
        .put((byte) family)
        .putShort((short) rest.length)
        .put(rest)
        .array();
  }

  private static byte[] ipv4(byte... values) {
    return ByteBuffer.allocate(12 + values.length)
        .put(new byte[] {10, 0, 0, 1, 10, 0, 0, 2, 0x13, (byte) 0x88, 0, 80})
        .put(values)
        .array();
  }

  @Test
  void readsALine() {
    byte[] line = "PROXY TCP4 10.0.0.1 10.0.0.2 5000 80\r\nGET".getBytes(ISO_8859_1);
    assertThat(found(line, line.length - 3))
        .isEqualTo(
            new ProxyHeader(
                Version.V1,
                new ProxyHeader.Ends(at("10.0.0.1", 5000), at("10.0.0.2", 80)),
                List.of()));
    byte[] six = "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n".getBytes(ISO_8859_1);
    assertThat(found(six, six.length).ends())
        .isEqualTo(new ProxyHeader.Ends(at("2001:db8::1", 1), at("::1", 65535)));
    byte[] unknown = "PROXY UNKNOWN whatever 1 2 3\r\n".getBytes(ISO_8859_1);
    assertThat(found(unknown, unknown.length).ends()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 10.0.0.1 10.0.0.2 5000 80\n",
        "PROXY TCP4 10.0.0.1 10.0.0.2 5000\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.2 5000 80 1\r\n",
        "PROXY TCP4  10.0.0.1 10.0.0.2 5000 80\r\n",
        "PROXY TCP4 ::1 ::1 5000 80\r\n",
        "PROXY TCP6 10.0.0.1 10.0.0.2 5000 80\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.2 65536 80\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.2 -1 80\r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.2 080 80\r\n",
        "PROXY TCP4 10.0.0.256 10.0.0.2 1 80\r\n",
        "PROXY TCP4 10.0.0.01 10.0.0.2 1 80\r\n",
        "PROXY TCP4 10.1 10.0.0.2 1 80\r\n",
        "PROXY TCP4 a.test 10.0.0.2 1 80\r\n",
        "PROXY TCP6 fe80::1%eth0 ::1 1 80\r\n",
        "PROXY UDP4 10.0.0.1 10.0.0.2 1 80\r\n",
        "PROXY UNKNOWNS\r\n",
        "PROXY \r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.2 5000 80 and no end of the line within one hundred and seven"
            + " bytes of text at all",
      })
  void refusesLines(String line) {
    assertThat(look(line)).isInstanceOf(Look.Broken.class);
  }

  @Test
  void takesTheLongestLine() {
    String ip = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    String longest = "PROXY TCP6 " + ip + " " + ip + " 65535 65535\r\n";
    assertThat(found(longest.getBytes(ISO_8859_1), longest.length()).ends()).isNotNull();
    assertThat(longest.length()).isLessThanOrEqualTo(ProxyHeaderReader.MAX_V1_BYTES);
  }

  @Test
  void leavesWhatIsNoHeader() {
    assertThat(look("GET / HTTP/1.1\r\n")).isInstanceOf(Look.Other.class);
    assertThat(look("PRI * HTTP/2.0\r\n")).isInstanceOf(Look.Other.class);
    assertThat(look("\r\n\r\nGET")).isInstanceOf(Look.Other.class);
    assertThat(look("proxy ")).isInstanceOf(Look.Other.class);
    assertThat(look("")).isInstanceOf(Look.More.class);
    assertThat(look("PR")).isInstanceOf(Look.More.class);
  }

  @Test
  void readsTheBinaryForm() {
    byte[] local = binary(0x20, 0, new byte[] {9, 9, 9});
    assertThat(found(local, 19)).isEqualTo(new ProxyHeader(Version.V2, null, List.of()));
    byte[] stream = binary(0x21, 0x11, ipv4((byte) 2, (byte) 0, (byte) 1, (byte) 'x'));
    assertThat(found(stream, 32))
        .isEqualTo(
            new ProxyHeader(
                Version.V2,
                new ProxyHeader.Ends(at("10.0.0.1", 5000), at("10.0.0.2", 80)),
                List.of(new Tlv(2, new byte[] {'x'}))));
    assertThat(found(binary(0x21, 0x12, ipv4()), 28).ends()).as("a datagram").isNotNull();
  }

  @Test
  void refusesBinaryForms() {
    for (byte[] broken :
        List.of(
            binary(0x11, 0x11, ipv4()),
            binary(0x31, 0x11, ipv4()),
            binary(0x22, 0x11, ipv4()),
            binary(0x21, 0x00, ipv4()),
            binary(0x21, 0x31, new byte[216]),
            binary(0x21, 0x13, ipv4()),
            binary(0x21, 0x10, ipv4()),
            binary(0x21, 0x11, new byte[11]),
            binary(0x21, 0x21, new byte[35]),
            binary(0x21, 0x11, ipv4((byte) 1)),
            binary(0x21, 0x11, ipv4((byte) 1, (byte) 0)),
            binary(0x21, 0x11, ipv4((byte) 1, (byte) 0, (byte) 2, (byte) 7)),
            binary(0x21, 0x11, ipv4((byte) 3, (byte) 0, (byte) 1, (byte) 7)))) {
      assertThat(look(broken)).isInstanceOf(Look.Broken.class);
    }
  }

  /** It is refused by its length alone: nobody waits for the bytes. */
  @Test
  void valuesAreBounded() {
    byte[] long16 = new byte[16];
    System.arraycopy(binary(0x21, 0x11, ipv4()), 0, long16, 0, 14);
    ByteBuffer.wrap(long16).putShort(14, (short) (ProxyHeaderReader.MAX_V2_BYTES - 15));
    assertThat(look(long16)).isInstanceOf(Look.Broken.class);
    ByteBuffer.wrap(long16).putShort(14, (short) (ProxyHeaderReader.MAX_V2_BYTES - 16));
    assertThat(look(long16)).isInstanceOf(Look.More.class);
  }

  @Test
  void aChecksumIsChecked() {
    byte[] header =
        binary(
            0x21, 0x11, ipv4((byte) 3, (byte) 0, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0));
    CRC32C crc = new CRC32C();
    crc.update(header);
    ByteBuffer.wrap(header).putInt(31, (int) crc.getValue());
    assertThat(found(header, 35).values()).hasSize(1);
    header[20]++;
    assertThat(look(header)).isInstanceOf(Look.Broken.class);
  }

  @Test
  void whatIsWrittenIsRead() {
    Fuzz.replay("proxy-protocol", CASES, ProxyHeaderTest::check);
  }

  @Test
  void aReaderThatTakesTheWrongPortIsSeen() {
    Fuzz.mustFail(
        CASES,
        draw ->
            roundTrip(
                draw,
                ends ->
                    new ProxyHeader.Ends(
                        new InetSocketAddress(
                            ends.source().getAddress(), ends.destination().getPort()),
                        ends.destination())));
  }

  /**
   * Whatever comes, the reader keeps its bounds; what the writer wrote it reads as it was meant.
   */
  static void check(Random random) throws UnknownHostException {
    if (random.nextBoolean()) {
      roundTrip(random, ends -> ends);
      return;
    }
    byte[] input = anything(random);
    Look whole = look(input);
    if (whole instanceof Look.Found(ProxyHeader header, int length)) {
      assertThat(length).isBetween(8, input.length);
      assertThat(length)
          .isLessThanOrEqualTo(
              header.version() == Version.V1
                  ? ProxyHeaderReader.MAX_V1_BYTES
                  : ProxyHeaderReader.MAX_V2_BYTES);
      for (int split = 0; split < length; split++) {
        assertThat(look(Arrays.copyOf(input, split)))
            .as("the first %d of %d bytes", split, length)
            .isInstanceOf(Look.More.class);
      }
    }
    if (whole instanceof Look.More) {
      assertThat(input.length).isLessThan(ProxyHeaderReader.MAX_V2_BYTES);
    }
  }

  private static byte[] anything(Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] rest = new byte[random.nextInt(80)];
    if (random.nextBoolean()) {
      out.writeBytes("PROXY ".getBytes(ISO_8859_1));
      String[] words = {
        "TCP4", "TCP6", "UNKNOWN", " ", " ", "10.0.0.1", "::1", "80", "65536", "\r\n", "\n", "0"
      };
      for (int i = random.nextInt(14); i > 0; i--) {
        out.writeBytes(words[random.nextInt(words.length)].getBytes(ISO_8859_1));
      }
    } else {
      out.writeBytes(SIGNATURE);
      out.write(0x20 + random.nextInt(3));
      out.write(0x11 + 0x10 * random.nextInt(3));
      out.write(0);
      out.write(random.nextInt(90));
    }
    random.nextBytes(rest);
    out.writeBytes(rest);
    return out.toByteArray();
  }

  private static void roundTrip(Random random, Function<ProxyHeader.Ends, ProxyHeader.Ends> asRead)
      throws UnknownHostException {
    int bytes = random.nextBoolean() ? 4 : 16;
    InetSocketAddress client = address(random, bytes);
    InetSocketAddress local = address(random, bytes);
    boolean two = random.nextBoolean();
    byte[] value = new byte[1 + random.nextInt(20)];
    random.nextBytes(value);
    int passedType = 0xE0 + random.nextInt(4);
    ConnectionInfo info =
        new ConnectionInfo(
            1,
            client,
            local,
            null,
            new ConnectionInfo.Proxied(
                client, List.of(new Tlv(passedType, value), new Tlv(3, new byte[4])), Map.of()),
            null);
    UpstreamProxyProtocol rules =
        new UpstreamProxyProtocol(
            two ? Version.V2 : Version.V1,
            new Passed(false, Set.of(0xE0, 0xE1, 3)),
            List.of(new UpstreamProxyProtocol.Tlv(0xE1, new byte[] {1})));
    byte[] header = ProxyHeaderWriter.of(rules, info);
    byte[] followed = Arrays.copyOf(header, header.length + 5);
    assertThat(look(followed)).isInstanceOf(Look.Found.class);
    Look.Found found = (Look.Found) look(followed);
    assertThat(found.length()).isEqualTo(header.length);
    ProxyHeader.Ends ends = found.header().ends();
    if (!client.getAddress().getClass().equals(local.getAddress().getClass())) {
      assertThat(ends).isNull();
      return;
    }
    assertThat(ends).isNotNull();
    assertThat(asRead.apply(Objects.requireNonNull(ends)))
        .isEqualTo(new ProxyHeader.Ends(client, local));
    if (two) {
      Tlv own = new Tlv(0xE1, new byte[] {1});
      assertThat(found.header().values())
          .isEqualTo(passedType == 0xE0 ? List.of(own, new Tlv(passedType, value)) : List.of(own));
    }
    for (int split = 0; split < header.length; split++) {
      assertThat(look(Arrays.copyOf(header, split))).isInstanceOf(Look.More.class);
    }
  }

  private static InetSocketAddress address(Random random, int bytes) throws UnknownHostException {
    byte[] ip = new byte[bytes];
    random.nextBytes(ip);
    return new InetSocketAddress(InetAddress.getByAddress(ip), random.nextInt(65536));
  }
}
