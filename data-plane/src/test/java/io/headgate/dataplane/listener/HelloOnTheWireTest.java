package io.headgate.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.harness.ListenerBed;
import io.headgate.dataplane.harness.RawClient;
import io.headgate.dataplane.harness.TestCertificate;
import io.headgate.dataplane.tls.ClientHello;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** First bytes over real sockets, cut, too long, or none of TLS at all. */
class HelloOnTheWireTest {
  private static final int RECORD_HEADER = 5;
  private static final int SLOW_CLIENTS = 200;

  @TempDir private Path directory = Path.of("");
  private ListenerBed bed = unset();
  private InetSocketAddress address = unset();
  private TestCertificate certificate = unset();

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
  private static <T> T unset() {
    return null;
  }

  @BeforeEach
  void open() throws Exception {
    certificate = TestCertificate.of("a.test", directory);
    bed = new ListenerBed(directory);
    bed.tls = certificate.tls("http/1.1");
    bed.inspect = true;
    address = (InetSocketAddress) Objects.requireNonNull(bed.open().localAddress());
  }

  @AfterEach
  void close() {
    bed.close();
  }

  /** A socket whose first record goes out as several, each in so many segments. */
  private static final class Cutting extends Socket {
    private final int record;
    private final int segment;

    Cutting(int record, int segment) {
      this.record = record;
      this.segment = segment;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        private boolean cut;

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          byte[] all = Arrays.copyOfRange(bytes, from, from + length);
          if (!cut) {
            cut = true;
            all = inRecords(all, record);
          }
          for (int at = 0; at < all.length; at += segment) {
            out.write(all, at, Math.min(segment, all.length - at));
            out.flush();
          }
        }
      };
    }
  }

  /** A record with a handshake message as records of so many bytes each. */
  private static byte[] inRecords(byte[] record, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = RECORD_HEADER; at < record.length; at += size) {
      int length = Math.min(size, record.length - at);
      out.write(record, 0, 3);
      out.write(length >> 8);
      out.write(length);
      out.write(record, at, length);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,100000", "7,3", "100,1", "16384,1"})
  void aHelloThatIsCutIsAHello(int record, int segment) throws IOException {
    Socket socket = new Cutting(record, segment);
    socket.setTcpNoDelay(true);
    socket.connect(address);
    try (SSLSocket tls =
            (SSLSocket)
                certificate
                    .client()
                    .getSocketFactory()
                    .createSocket(socket, "a.test", address.getPort(), true);
        RawClient client = new RawClient(tls)) {
      assertThat(client.get("/cut").body()).isEqualTo("GET /cut ");
    }
    assertThat(bed.meter("tls_inspector.sni_found")).isEqualTo(1);
  }

  /** The first bytes of a hello of so many bytes, in records of one byte each. */
  private static byte[] trickle(int claimed, int records) {
    byte[] message = new byte[records];
    message[0] = 1;
    message[1] = (byte) (claimed >> 16);
    message[2] = (byte) (claimed >> 8);
    message[3] = (byte) claimed;
    byte[] record = new byte[RECORD_HEADER + records];
    record[0] = 22;
    record[1] = 3;
    record[2] = 1;
    System.arraycopy(message, 0, record, RECORD_HEADER, records);
    return inRecords(record, 1);
  }

  @Test
  void moreThanAHelloMayHaveIsNotKept() throws Exception {
    int most = ClientHello.MAX_BYTES / (RECORD_HEADER + 1);
    byte[] bytes = trickle(ClientHello.MAX_BYTES - 4, most + 1);
    int fits = most * (RECORD_HEADER + 1);
    try (Socket socket = new Socket(address.getAddress(), address.getPort());
        RawClient client = new RawClient(socket)) {
      socket.getOutputStream().write(bytes, 0, fits);
      await().until(() -> bed.meter("listener.test.downstream_cx_active") == 1);
      assertThat(bed.meter("tls_inspector.client_hello_too_large")).isZero();
      socket.getOutputStream().write(bytes, fits, bytes.length - fits);
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("tls_inspector.client_hello_too_large")).isEqualTo(1);
  }

  @Test
  void aClaimIsRefusedByItsFirstBytes() throws Exception {
    try (Socket socket = new Socket(address.getAddress(), address.getPort());
        RawClient client = new RawClient(socket)) {
      socket.getOutputStream().write(new byte[] {22, 3, 1, 0x40, 0, 1, (byte) 0xff, 0, 0});
      assertThat(client.isClosed()).isTrue();
    }
    assertThat(bed.meter("tls_inspector.client_hello_too_large")).isEqualTo(1);
  }

  @Test
  void aClaimReservesNothing() throws Exception {
    ByteBufAllocatorMetric used =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    byte[] claim = Arrays.copyOf(new byte[] {22, 3, 1, 0x40, 0, 1, 0, 0x3f, (byte) 0xfc}, 100);
    long before = used.usedDirectMemory() + used.usedHeapMemory();
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW_CLIENTS; i++) {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        open.add(socket);
        socket.getOutputStream().write(claim);
      }
      await().until(() -> bed.meter("listener.test.downstream_cx_active") == SLOW_CLIENTS);
      long grown = used.usedDirectMemory() + used.usedHeapMemory() - before;
      assertThat(grown).isLessThan((long) SLOW_CLIENTS * ClientHello.MAX_BYTES / 2);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    await().until(() -> bed.meter("listener.test.downstream_cx_active") == 0);
  }

  @Test
  void nothingThatComesFirstHarmsOthers() throws Exception {
    List<String> inputs =
        Fuzz.corpus("client-hello")
            .lines()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .toList();
    assertThat(inputs).hasSizeGreaterThanOrEqualTo(70);
    for (String input : inputs) {
      byte[] bytes = Base64.getDecoder().decode(input);
      try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write(bytes, 1, bytes.length - 1);
        socket.shutdownOutput();
        readAll(socket);
      }
    }
    try (SSLSocket tls =
            (SSLSocket)
                certificate
                    .client()
                    .getSocketFactory()
                    .createSocket(address.getAddress(), address.getPort());
        RawClient client = new RawClient(tls)) {
      assertThat(client.get("/after").body()).isEqualTo("GET /after ");
    }
    await().until(() -> bed.meter("listener.test.downstream_cx_active") == 0);
  }

  /** To the end, which may be a reset; not to end is a failure. */
  private static void readAll(Socket socket) throws IOException {
    try {
      var _ = socket.getInputStream().readAllBytes();
    } catch (SocketException _) {
      return;
    }
  }
}
