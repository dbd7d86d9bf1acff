package io.headgate.dataplane.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every mix of protocols carries the same traffic: three proxies in a row, of which the one in the
 * middle speaks the mix, between a gRPC client and a gRPC server of another code base.
 *
 * <pre>
 *   client --H2-- proxy --X-- proxy under test --Y-- proxy --H2-- server
 * </pre>
 */
class AnyMixTest {

  private static final Duration BOUND = Duration.ofSeconds(10);

  private static ProxyServer start(String protocol, int upstream) throws Exception {
    String manager =
        """
        http_protocol_options: {enable_trailers: true}
        route_config:
          name: web
          virtual_hosts:
          - name: all
            domains: ["*"]
            routes:
            - {match: {prefix: /test.Denied/}, direct_response: {status: 403, body: {inline_string: "not you"}}}
            - match: {prefix: /}
              request_headers_to_remove: [grpc-timeout] # or the server's own clock may be first
              route: {cluster: up, max_stream_duration: {grpc_timeout_header_max: 0s, grpc_timeout_header_offset: 0.5s}}
        """;
    String speaks =
        Proxies.speaks(
            protocol.equals("H1")
                ? "{http_protocol_options: {enable_trailers: true}}"
                : "{http2_protocol_options: {}}");
    return Proxies.live(Proxies.web(manager, "", speaks, upstream));
  }

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource({"H1, H1", "H1, H2", "H2, H1", "H2, H2"})
  void carriesTheSame(String down, String up) throws Exception {
    GrpcEcho server = new GrpcEcho();
    try (server;
        ProxyServer last = start("H2", server.port());
        ProxyServer middle = start(up, last.port("web"));
        ProxyServer first = start(down, middle.port("web"))) {
      ManagedChannel channel =
          Grpc.newChannelBuilderForAddress(
                  "127.0.0.1", first.port("web"), InsecureChannelCredentials.create())
              .maxInboundMessageSize(8 << 20)
              .build();
      try {
        unary(channel);
        streams(channel);
        bothWaysAtOnce(channel);
        statuses(channel);
        timesOut(channel);
        manyAtOnce(channel);
        server.close();
        assertThat(status(channel, GrpcEcho.UNARY).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(BOUND);
  }

  private static void unary(Channel channel) {
    for (int length : new int[] {0, 1, 5_000, 1 << 20}) {
      AtomicReference<@Nullable Metadata> headers = new AtomicReference<>();
      AtomicReference<@Nullable Metadata> trailers = new AtomicReference<>();
      Channel watched =
          ClientInterceptors.intercept(
              channel, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
      byte[] answer =
          ClientCalls.blockingUnaryCall(watched, GrpcEcho.UNARY, options(), bytes(length));
      assertThat(answer).isEqualTo(bytes(length));
      Metadata last = Objects.requireNonNull(trailers.get());
      assertThat(last.get(GrpcEcho.NOTE)).isEqualTo("kept");
      assertThat(last.containsKey(GrpcEcho.REPORT)).as("no client sees a load report").isFalse();
    }
  }

  private static void streams(Channel channel) throws Exception {
    Iterator<byte[]> down =
        ClientCalls.blockingServerStreamingCall(channel, GrpcEcho.DOWN, options(), bytes(70_000));
    int messages = 0;
    while (down.hasNext()) {
      assertThat(down.next()).isEqualTo(bytes(70_000));
      messages++;
    }
    assertThat(messages).isEqualTo(20);
    Answers answers = new Answers();
    StreamObserver<byte[]> up =
        ClientCalls.asyncClientStreamingCall(channel.newCall(GrpcEcho.UP, options()), answers);
    for (int i = 0; i < 20; i++) {
      up.onNext(bytes(50_000));
    }
    up.onCompleted();
    assertThat(new String(answers.next(), UTF_8)).isEqualTo("1000000");
    assertThat(answers.status()).isEqualTo(Status.Code.OK);
  }

  /** Each message is sent when the one before has come back. */
  private static void bothWaysAtOnce(Channel channel) throws Exception {
    Answers answers = new Answers();
    StreamObserver<byte[]> out =
        ClientCalls.asyncBidiStreamingCall(channel.newCall(GrpcEcho.BOTH, options()), answers);
    for (int i = 1; i <= 10; i++) {
      out.onNext(bytes(i * 1000));
      assertThat(answers.next()).isEqualTo(bytes(i * 1000));
    }
    out.onCompleted();
    assertThat(answers.status()).isEqualTo(Status.Code.OK);
  }

  private static void statuses(Channel channel) {
    Iterator<byte[]> broken =
        ClientCalls.blockingServerStreamingCall(channel, GrpcEcho.FAIL, options(), bytes(9));
    assertThat(broken.next()).isEqualTo(bytes(9));
    assertThatThrownBy(broken::next)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DATA_LOSS);
              assertThat(e.getStatus().getDescription()).isEqualTo("half of it");
            });
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, GrpcEcho.REFUSE, options(), bytes(1)))
        .asInstanceOf(type(StatusRuntimeException.class))
        .satisfies(e -> {
          assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
          assertThat(e.getStatus().getDescription()).isEqualTo("ä 50%");
          assertThat(Objects.requireNonNull(e.getTrailers()).get(GrpcEcho.NOTE))
              .isEqualTo("refused");
        });
    Status denied = status(channel, GrpcEcho.DENIED);
    assertThat(denied.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(denied.getDescription()).isEqualTo("not you");
    assertThat(status(channel, GrpcEcho.UNKNOWN).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  private static Status status(Channel channel, MethodDescriptor<byte[], byte[]> method) {
    try {
      ClientCalls.blockingUnaryCall(channel, method, options(), bytes(1));
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  /** The proxy gives up half a second before the two ends would, so that the answer is its own. */
  private static void timesOut(Channel channel) {
    assertThatThrownBy(() ->
            ClientCalls.blockingUnaryCall(
                channel,
                GrpcEcho.HANG,
                CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMillis(1500)),
                bytes(1)))
        .asInstanceOf(type(StatusRuntimeException.class))
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
  }

  private static void manyAtOnce(Channel channel) throws Exception {
    List<Answers> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Answers answers = new Answers();
      all.add(answers);
      ClientCalls.asyncUnaryCall(
          channel.newCall(GrpcEcho.UNARY, options()), Arrays.copyOf(bytes(2000), 2000), answers);
    }
    for (Answers answers : all) {
      assertThat(answers.next()).isEqualTo(bytes(2000));
      assertThat(answers.status()).isEqualTo(Status.Code.OK);
    }
  }

  /** The answers of one call, as they come. */
  private static final class Answers implements StreamObserver<byte[]> {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    private Object event() throws InterruptedException {
      Object event = events.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing came");
      }
      return event;
    }

    byte[] next() throws InterruptedException {
      Object event = event();
      if (event instanceof byte[] message) {
        return message;
      }
      throw new AssertionError("no message but " + event);
    }

    Status.Code status() throws InterruptedException {
      return ((Status) event()).getCode();
    }

    @Override
    public void onNext(byte[] message) {
      events.add(message);
    }

    @Override
    public void onError(Throwable error) {
      events.add(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      events.add(Status.OK);
    }
  }
}
