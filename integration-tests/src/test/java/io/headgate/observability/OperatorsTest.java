package io.headgate.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.headgate.observability.Operators.Operator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command operator of access logs, in text and JSON, says of every kind of request what
 * Envoy's says.
 */
class OperatorsTest {
  private static final byte[] JWT_KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** How a request comes. */
  private enum Door {
    PLAIN,
    IPV6,
    HTTP2,
    TLS,
    MUTUAL_TLS
  }

  /** What the client does when its request is out. */
  private enum Then {
    READS,
    LEAVES,
    RESETS
  }

  /** Kinds of requests; the lines of a log are in their order. */
  private enum Step {
    PLAIN(Door.PLAIN, "GET", "/b/1?q=seven&q=8", "x-note: why\r\nx-twice: a\r\nx-twice: b\r\n"),
    ODD(Door.PLAIN, "GET", "/b/2?x=1&q=a%20b+c%26", "x-note: \"q\" \\ gr\u00fc\u00df\r\n"),
    BODY(Door.PLAIN, "POST", "/b/3", "content-length: 4\r\n\r\nabcd"),
    NO_QUERY(Door.PLAIN, "GET", "/b/4?", ""),
    FORWARDED(Door.PLAIN, "GET", "/b/5", "x-forwarded-for: 10.1.2.3\r\n"),
    FORWARDED_V6(Door.PLAIN, "GET", "/b/6", "x-forwarded-for: 2001:db8::1\r\n"),
    TRAILERS(
        Door.PLAIN,
        "POST",
        "/b/trailers",
        "content-type: application/grpc\r\ncontent-length: 0\r\nte: trailers\r\n"),
    REWRITTEN(Door.PLAIN, "GET", "/re/b/7?q=1", ""),
    DIRECT(Door.PLAIN, "GET", "/direct", ""),
    GRPC_DIRECT(
        Door.PLAIN, "POST", "/direct", "content-type: application/grpc\r\ncontent-length: 0\r\n"),
    NO_ROUTE(Door.PLAIN, "GET", "/none", ""),
    NO_CLUSTER(Door.PLAIN, "GET", "/gone", ""),
    RETRIED(Door.PLAIN, "GET", "/b/fail", ""),
    SLOW(Door.PLAIN, "GET", "/b/slow", ""),
    RESET(Door.PLAIN, "GET", "/b/reset", ""),
    REFUSED(Door.PLAIN, "GET", "/b/closed", ""),
    CLAIMS(Door.PLAIN, "GET", "/b/closed/1", "authorization: Bearer TOKEN\r\n"),
    TLS(Door.TLS, "GET", "/b/9", ""),
    MUTUAL_TLS(Door.MUTUAL_TLS, "GET", "/b/10", ""),
    DEAD(Door.PLAIN, "GET", "/dead", ""),
    DISTRUSTED(Door.PLAIN, "GET", "/distrusted", ""),
    OVER_IPV6(Door.IPV6, "GET", "/b/11", ""),
    LEFT(Door.PLAIN, "GET", "/b/left", "", Then.LEAVES),
    H2(Door.HTTP2, "GET", "/b/12?q=seven", "x-note: why\r\n"),
    H2_TRAILERS(
        Door.HTTP2, "POST", "/b/trailers", "content-type: application/grpc\r\nte: trailers\r\n"),
    H2_NO_ROUTE(Door.HTTP2, "GET", "/none", ""),
    H2_DEAD(Door.HTTP2, "GET", "/dead", ""),
    H2_LEFT(Door.HTTP2, "GET", "/b/left", "", Then.LEAVES),
    H2_RESET(Door.HTTP2, "GET", "/b/left", "", Then.RESETS);

    final Door door;
    final Then then;
    final String request;
    final Map<String, String> fields = new LinkedHashMap<>();

    Step(Door door, String method, String path, String headers) {
      this(door, method, path, headers, Then.READS);
    }

    Step(Door door, String method, String path, String headers, Then then) {
      this.door = door;
      this.then = then;
      fields.put(":method", method);
      fields.put(":scheme", "http");
      fields.put(":authority", "shop.example");
      fields.put(":path", path);
      fields.put("user-agent", "script");
      headers
          .lines()
          .filter(line -> line.contains(": "))
          .forEach(line -> fields.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
      request =
          method
              + " "
              + path
              + " HTTP/1.1\r\nhost: shop.example\r\nuser-agent: script\r\nconnection: close\r\n"
              + headers
              + (headers.contains("\r\n\r\n") ? "" : "\r\n");
    }
  }

  /** What a proxy wrote. */
  private record Written(
      List<String> text, List<String> json, List<String> bare, List<String> usual, String output) {}

  private static final Map<Peer, Written> WRITTEN = new HashMap<>();
  private static final List<AutoCloseable> OPEN = new ArrayList<>();

  @BeforeAll
  static void run(@TempDir Path directory) throws Exception {
    Certificates certificates = new Certificates(directory);
    String token = token("{\"iss\":\"me\",\"sub\":\"somebody\",\"level\":7,\"exp\":9999999999}");
    for (Peer peer : Peer.values()) {
      RawBackend backend = new RawBackend();
      OPEN.add(backend);
      List<Integer> ports = Ports.free(Peer.ADDRESS, 4);
      Map<String, String> values = new HashMap<>();
      values.put("admin", Integer.toString(ports.get(0)));
      values.put("plain", Integer.toString(ports.get(1)));
      values.put("tls", Integer.toString(ports.get(2)));
      values.put("ipv6", Integer.toString(ports.get(3)));
      values.put("backend", Integer.toString(backend.port()));
      values.put("jwk", BASE64.encodeToString(JWT_KEY));
      values.put("ca", certificates.ca.toString());
      values.put("certificate", certificates.certificate.toString());
      values.put("key", certificates.key.toString());
      values.put("textFormat", Operators.textFormat());
      values.put("jsonFormat", Operators.jsonFormat());
      for (String file : List.of("text", "json", "bare", "usual")) {
        values.put(file, directory.resolve(peer + "." + file).toString());
      }
      ManagedProcess process = peer.start("operators.yaml", values, directory);
      OPEN.add(process);
      Path text = Path.of(values.get("text"));
      for (Step step : Step.values()) {
        int unanswered = backend.unanswered();
        try (Socket socket = connected(step, ports, certificates)) {
          send(step, socket, token);
          if (step.then != Then.READS) {
            Await.until(
                Peer.BOUND, () -> step + " arrives", () -> backend.unanswered() > unanswered);
          }
          finish(step, socket);
          if (step.then == Then.RESETS) {
            Peer.lines(text, step.ordinal() + 1);
          }
        }
        Peer.lines(text, step.ordinal() + 1);
      }
      int count = Step.values().length;
      WRITTEN.put(
          peer,
          new Written(
              Peer.lines(text, count),
              Peer.lines(Path.of(values.get("json")), count),
              Peer.lines(Path.of(values.get("bare")), count),
              Peer.lines(Path.of(values.get("usual")), count),
              process.output()));
    }
  }

  private static String token(String claims) throws GeneralSecurityException {
    String head =
        BASE64.encodeToString("{\"alg\":\"HS256\",\"kid\":\"k\"}".getBytes(StandardCharsets.UTF_8));
    String signed = head + "." + BASE64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(JWT_KEY, "HmacSHA256"));
    return signed
        + "."
        + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private static Socket connected(Step step, List<Integer> ports, Certificates certificates)
      throws Exception {
    int port = ports.get(step.door == Door.IPV6 ? 3 : step.door.name().endsWith("TLS") ? 2 : 1);
    Socket plain = new Socket(step.door == Door.IPV6 ? "::1" : Peer.ADDRESS, port);
    plain.setSoTimeout(10_000);
    return switch (step.door) {
      case PLAIN, IPV6, HTTP2 -> plain;
      case TLS -> secured(certificates.context(false), plain);
      case MUTUAL_TLS -> secured(certificates.context(true), plain);
    };
  }

  private static void send(Step step, Socket socket, String token) throws IOException {
    if (step.door == Door.HTTP2) {
      new Http2Client(socket).send(step.fields);
    } else {
      OutputStream out = socket.getOutputStream();
      out.write(step.request.replace("TOKEN", token).getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private static void finish(Step step, Socket socket) throws IOException {
    switch (step.then) {
      case LEAVES -> {}
      case RESETS -> new Http2Client(socket).reset();
      case READS -> {
        if (step.door == Door.HTTP2) {
          new Http2Client(socket).awaitAnswer();
        } else {
          socket.getInputStream().readAllBytes();
        }
      }
    }
  }

  private static SSLSocket secured(SSLContext tls, Socket over) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(over, "shop.example", 0, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("shop.example")));
    parameters.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
    parameters.setProtocols(new String[] {"TLSv1.3"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  @AfterAll
  static void close() throws Exception {
    for (AutoCloseable each : OPEN) {
      each.close();
    }
  }

  private static Written written(Peer peer) {
    return Objects.requireNonNull(WRITTEN.get(peer));
  }

  static Stream<Operator> operators() {
    return Operators.all().stream();
  }

  private static int place(Operator operator) {
    return Operators.all().indexOf(operator);
  }

  private static String inText(Peer peer, Step step, Operator operator) {
    String line = written(peer).text().get(step.ordinal());
    String[] values = line.split("\t", -1);
    assertThat(values).as(line).hasSize(Operators.all().size());
    return values[place(operator)];
  }

  private static String inJson(List<String> lines, Step step, Operator operator) {
    String line = lines.get(step.ordinal());
    String name = String.format("\"o%03d\":", place(operator));
    int at = line.indexOf(name);
    if (at < 0) {
      return "(absent)";
    }
    int next = line.indexOf(",\"o", at);
    return line.substring(at + name.length(), next < 0 ? line.length() - 1 : next);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void aTextIsEnvoys(Operator operator) {
    for (Step step : Step.values()) {
      String own = inText(Peer.HEADGATE, step, operator);
      String other = inText(Peer.ENVOY, step, operator);
      assertThat(Operators.comparable(operator, own))
          .as(step.name())
          .isEqualTo(Operators.comparable(operator, other));
    }
  }

  /** What no step can have, since there is no such thing. */
  private static final Set<String> NEVER =
      Set.of(
          "%CONNECTION_TERMINATION_DETAILS%",
          "%DYNAMIC_METADATA(none:at:all)%",
          "%ENVIRONMENT(NO_SUCH_VARIABLE)%",
          "%QUERY_PARAM(none)%",
          "%VIRTUAL_CLUSTER_NAME%");

  @ParameterizedTest
  @MethodSource("operators")
  void theStepsReachEachOperator(Operator operator) {
    assertThat(Stream.of(Step.values()).map(step -> inText(Peer.ENVOY, step, operator)).distinct())
        .anyMatch(value -> NEVER.contains(operator.text()) || !value.equals("-"));
  }

  /** Times are of one clock. */
  @Test
  void durationsAreThoseOfTheSteps() {
    for (Operator operator : Operators.all()) {
      if (operator.text().contains("DURATION")) {
        for (Step step : Step.values()) {
          String value = inText(Peer.HEADGATE, step, operator);
          assertThat(value.equals("-") ? 0 : Long.parseLong(value))
              .as("%s of %s", operator, step)
              .isBetween(0L, 10_000L);
        }
      }
    }
    Operator whole = new Operator("%DURATION%", Operators.Alike.SHAPE);
    assertThat(Long.parseLong(inText(Peer.HEADGATE, Step.SLOW, whole))).isBetween(190L, 5_000L);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void jsonIsEnvoys(Operator operator) {
    for (Step step : Step.values()) {
      String own = inJson(written(Peer.HEADGATE).json(), step, operator);
      String other = inJson(written(Peer.ENVOY).json(), step, operator);
      assertThat(Operators.comparable(operator, own))
          .as(step.name())
          .isEqualTo(Operators.comparable(operator, other));
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void whatIsLeftOutIsWhatEnvoyLeavesOut(Operator operator) {
    for (Step step : Step.values()) {
      String own = inJson(written(Peer.HEADGATE).bare(), step, operator);
      String other = inJson(written(Peer.ENVOY).bare(), step, operator);
      assertThat(Operators.comparable(operator, own))
          .as(step.name())
          .isEqualTo(Operators.comparable(operator, other));
    }
  }

  @Test
  void theDefaultLineIsEnvoys() {
    for (Step step : Step.values()) {
      assertThat(shape(written(Peer.HEADGATE).usual().get(step.ordinal())))
          .as(step.name())
          .isEqualTo(shape(written(Peer.ENVOY).usual().get(step.ordinal())));
    }
  }

  private static String shape(String line) {
    return Operators.comparable(new Operator("", Operators.Alike.SHAPE), line);
  }

  @Test
  void standardOutputHasALineForEach() {
    for (Peer peer : Peer.values()) {
      assertThat(written(peer).output().lines().filter(line -> line.startsWith("stdout ")))
          .as(peer.name())
          .hasSize(Step.values().length);
    }
  }
}
