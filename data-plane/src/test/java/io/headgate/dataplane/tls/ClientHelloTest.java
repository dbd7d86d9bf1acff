package io.headgate.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headgate.dataplane.tls.ClientHello.Look;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
  private static byte[] hello(String name) throws NoSuchAlgorithmException, SSLException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    engine.setSSLParameters(parameters);
    engine.beginHandshake();
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.position()];
    out.flip();
    out.get(bytes);
    return bytes;
  }

  private static Look look(byte[] bytes, int length) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, length);
    Look look = ClientHello.look(in, ClientHello.MAX_BYTES);
    assertThat(in.readerIndex()).isZero();
    return look;
  }

  private static void assertFound(Look look) {
    assertThat(look)
        .isInstanceOfSatisfying(
            Look.Found.class,
            found -> {
              assertThat(found.hello().serverName()).isEqualTo("www.example.org");
              assertThat(found.hello().alpn()).containsExactly("h2", "http/1.1");
              assertThat(found.hello().tls13()).isTrue();
              assertThat(found.hello().takesEcdsa(256)).isTrue();
            });
  }

  @Test
  void everyCutWaitsForTheRest() throws Exception {
    byte[] hello = hello("WWW.example.org");
    for (int length = 0; length < hello.length; length++) {
      assertThat(look(hello, length)).as("%d bytes", length).isInstanceOf(Look.More.class);
    }
    assertFound(look(hello, hello.length));
  }

  /** The same message in records of a few bytes each. */
  private static byte[] inRecords(byte[] hello, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 5; at < hello.length; at += size) {
      int length = Math.min(size, hello.length - at);
      out.write(hello, 0, 3);
      out.write(length >> 8);
      out.write(length);
      out.write(hello, at, length);
    }
    return out.toByteArray();
  }

  @Test
  void aMessageInManyRecordsIsOne() throws Exception {
    byte[] hello = hello("www.example.org");
    for (int size : new int[] {1, 2, 3, 7, 100}) {
      byte[] cut = inRecords(hello, size);
      assertFound(look(cut, cut.length));
      for (int length = 0; length < cut.length; length += 13) {
        assertThat(look(cut, length)).isInstanceOf(Look.More.class);
      }
    }
  }

  @Test
  void whatClaimsToBeTooLargeIsRefusedAtItsFirstBytes() {
    byte[] claim = {22, 3, 1, 0x40, 0, 1, 1, 0, 0};
    assertThat(look(claim, claim.length)).isInstanceOf(Look.TooLarge.class);
  }

  @Test
  void recordsOfOneByteEachHaveNoMoreRoomOnTheWire() {
    int size = ClientHello.MAX_BYTES - 4;
    byte[] message = new byte[4 + size];
    message[0] = 1;
    message[2] = (byte) (size >> 8);
    message[3] = (byte) size;
    ByteBuf in = Unpooled.buffer();
    int sent = 0;
    while (ClientHello.look(in, ClientHello.MAX_BYTES) instanceof Look.More) {
      in.writeBytes(new byte[] {22, 3, 1, 0, 1, message[sent++]});
    }
    assertThat(ClientHello.look(in, ClientHello.MAX_BYTES)).isInstanceOf(Look.TooLarge.class);
    assertThat(in.readableBytes()).isLessThanOrEqualTo(ClientHello.MAX_BYTES + 6);
  }

  @Test
  void whatIsNotThereTakesNoRoom() {
    int size = ClientHello.MAX_BYTES - 4;
    ByteBuf in = Unpooled.buffer();
    in.writeBytes(new byte[] {22, 3, 1, 0x40, 0, 1, 0, (byte) (size >> 8), (byte) size});
    int looks = 2_000;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < looks; i++) {
      if (!(ClientHello.look(in, ClientHello.MAX_BYTES) instanceof Look.More)) {
        throw new AssertionError("it is not whole");
      }
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / looks;
    assertThat(each).isLessThan(size / 10);
  }

  @Test
  void clearTextIsSomethingElse() {
    byte[] get = "GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(look(get, 1)).isInstanceOf(Look.Other.class);
    assertThat(look(get, get.length)).isInstanceOf(Look.Other.class);
  }

  @Test
  void damagedHellosAreReadOrRefusedAndNeverThrow() throws Exception {
    byte[] hello = hello("www.example.org");
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = hello.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      assertThat(look(damaged, 1 + random.nextInt(damaged.length))).isNotNull();
    }
  }
}
