package io.headgate.dataplane.xds;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.headgate.proto.fleet.v1.FleetStatusGrpc;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.ReportDirective;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A control plane under the test's hand: keeps what it is sent, and sends what the test says. */
public final class AdsServer implements AutoCloseable {
  public final BlockingQueue<DeltaDiscoveryRequest> deltaRequests = new LinkedBlockingQueue<>();
  public final BlockingQueue<DiscoveryRequest> requests = new LinkedBlockingQueue<>();
  public final BlockingQueue<ProxyReport> reports = new LinkedBlockingQueue<>();
  public final BlockingQueue<StreamObserver<DeltaDiscoveryResponse>> deltaStreams =
      new LinkedBlockingQueue<>();
  public final BlockingQueue<StreamObserver<DiscoveryResponse>> streams =
      new LinkedBlockingQueue<>();
  public final BlockingQueue<StreamObserver<ReportDirective>> reportStreams =
      new LinkedBlockingQueue<>();

  public final BlockingQueue<LoadStatsRequest> loads = new LinkedBlockingQueue<>();
  public final BlockingQueue<StreamObserver<LoadStatsResponse>> loadStreams =
      new LinkedBlockingQueue<>();

  /** How streams ended: the service and {@code goodbye} or {@code death}. */
  public final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

  /** Whether a stream that its client completes is completed by the server as well. */
  public volatile boolean answersGoodbye = true;

  private final Server server;

  /** Listens on the port of the loopback address, or on a free one for 0. */
  public AdsServer(int port, boolean withStatus, @Nullable SslContext tls) throws IOException {
    server = port == 0 ? startAnywhere(withStatus, tls) : start(port, withStatus, tls);
  }

  /**
   * Starts on a port below those that the kernel gives to clients: a client that keeps trying a
   * closed port of that range can meet itself there, and the port is taken when the server wants it
   * back.
   */
  private Server startAnywhere(boolean withStatus, @Nullable SslContext tls) throws IOException {
    for (int tries = 0; ; tries++) {
      try {
        return start(ThreadLocalRandom.current().nextInt(15_000, 32_000), withStatus, tls);
      } catch (IOException e) {
        if (tries == 20) {
          throw e;
        }
      }
    }
  }

  private Server start(int port, boolean withStatus, @Nullable SslContext tls) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .addService(new Ads())
            .addService(new Loads());
    if (tls != null) {
      builder.sslContext(tls);
    }
    if (withStatus) {
      builder.addService(new Status());
    }
    return builder.build().start();
  }

  public int port() {
    return server.getPort();
  }

  public static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  private final class Ads
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
        StreamObserver<DeltaDiscoveryResponse> responses) {
      deltaStreams.add(responses);
      return into(deltaRequests, responses, "delta");
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> responses) {
      streams.add(responses);
      return into(requests, responses, "sotw");
    }
  }

  private final class Loads extends LoadReportingServiceGrpc.LoadReportingServiceImplBase {
    @Override
    public StreamObserver<LoadStatsRequest> streamLoadStats(
        StreamObserver<LoadStatsResponse> answers) {
      loadStreams.add(answers);
      return new StreamObserver<>() {
        @Override
        public void onNext(LoadStatsRequest request) {
          loads.add(request);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private final class Status extends FleetStatusGrpc.FleetStatusImplBase {
    @Override
    public StreamObserver<ProxyReport> report(StreamObserver<ReportDirective> directives) {
      reportStreams.add(directives);
      return into(reports, directives, "status");
    }
  }

  private <T> StreamObserver<T> into(
      BlockingQueue<T> queue, StreamObserver<?> answers, String service) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T message) {
        queue.add(message);
      }

      @Override
      public void onError(Throwable error) {
        endings.add(service + " death");
      }

      @Override
      public void onCompleted() {
        endings.add(service + " goodbye");
        if (answersGoodbye) {
          answers.onCompleted();
        }
      }
    };
  }
}
