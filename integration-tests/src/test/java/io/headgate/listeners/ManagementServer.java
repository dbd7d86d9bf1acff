package io.headgate.listeners;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.ReadMessage;
import io.headgate.xds.codec.message.EnvoyTypes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A management server that serves the listeners of a test, the state of the world at a time. */
final class ManagementServer implements AutoCloseable {
  private static final String TYPE = "type.googleapis.com/envoy.config.listener.v3.Listener";

  private final BlockingQueue<DiscoveryRequest> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamObserver<DiscoveryResponse>> streams =
      new LinkedBlockingQueue<>();
  private final Server server;
  private StreamObserver<DiscoveryResponse> stream;
  private int version;

  ManagementServer(int port) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .addService(new Ads())
            .build()
            .start();
    stream = new Unread();
  }

  private final class Ads
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> responses) {
      streams.add(responses);
      return new StreamObserver<>() {
        @Override
        public void onNext(DiscoveryRequest request) {
          requests.add(request);
        }

        @Override
        public void onError(Throwable error) {
          // The proxy is gone, which its connections show.
        }

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  /** Before there is a stream. */
  private static final class Unread implements StreamObserver<DiscoveryResponse> {
    @Override
    public void onNext(DiscoveryResponse response) {
      throw new IllegalStateException("no proxy has come yet");
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came from the proxy");
    }
    return next;
  }

  void awaitProxy() throws InterruptedException {
    stream = take(streams);
  }

  /** Sends all listeners that there shall be, in YAML, and waits until the proxy took them. */
  void send(List<String> listeners) throws InterruptedException {
    String next = Integer.toString(++version);
    DiscoveryResponse.Builder response =
        DiscoveryResponse.newBuilder().setTypeUrl(TYPE).setVersionInfo(next).setNonce(next);
    for (String yaml : listeners) {
      response.addResources(Any.pack(listener(yaml)));
    }
    stream.onNext(response.build());
    while (true) {
      DiscoveryRequest request = take(requests);
      if (request.getTypeUrl().equals(TYPE) && request.getResponseNonce().equals(next)) {
        if (request.hasErrorDetail()) {
          throw new AssertionError(request.getErrorDetail().getMessage());
        }
        return;
      }
    }
  }

  private static Listener listener(String yaml) {
    ReadMessage<Listener> read =
        MessageReader.read(
            yaml,
            Listener.getDefaultInstance(),
            MessageReader.Options.bootstrap(EnvoyTypes.REGISTRY::find, false));
    if (!read.violations().isEmpty()) {
      throw new AssertionError(read.violations() + " in " + yaml);
    }
    return read.message();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
