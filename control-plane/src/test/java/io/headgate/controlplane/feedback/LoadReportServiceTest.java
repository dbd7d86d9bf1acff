package io.headgate.controlplane.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.EndpointLoadMetricStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.headgate.controlplane.fleetstate.LoadBoard;
import io.headgate.controlplane.fleetstate.LoadWindow;
import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.FleetWeight;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.controlplane.image.Provenance;
import io.headgate.controlplane.image.ServiceHosts;
import io.headgate.controlplane.image.ServiceWeights;
import io.headgate.controlplane.store.WriteResult;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Service;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadReportServiceTest {
  private static final ObjectKey CART = new ObjectKey(Kind.SERVICE, "default", "cart");

  private final LoadSums sums = new LoadSums();
  private final LoadReportService service = new LoadReportService(sums, Duration.ofSeconds(1));
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  @Test
  void asksForEveryEndpointAndAddsUpWhatSeveralProxiesSay() throws Exception {
    Answers first = new Answers();
    Answers second = new Answers();
    StreamObserver<LoadStatsRequest> one = open(first);
    StreamObserver<LoadStatsRequest> two = open(second);
    one.onNext(node("proxy-1").build());
    two.onNext(node("proxy-2").build());
    LoadStatsResponse asked = first.next();
    assertThat(asked.getSendAllClusters()).isTrue();
    assertThat(asked.getReportEndpointGranularity()).isTrue();
    assertThat(asked.getLoadReportingInterval().getSeconds()).isEqualTo(1);

    one.onNext(report(9001, 10, 0, 0.5));
    one.onNext(report(9001, 10, 2, 0.5));
    two.onNext(report(9001, 20, 0, 0.8));
    two.onNext(report(9002, 5, 0, Double.NaN));
    two.onNext(report(9002, 5, 0, -1));
    Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> sums.refused() == 2);

    LoadWindow window = awaitHosts(2);
    LoadWindow.HostLoad load =
        window.hosts().stream()
            .filter(host -> host.address().equals("127.0.0.1:9001"))
            .findFirst()
            .orElseThrow();
    assertThat(load.cluster()).isEqualTo("default/cart:80");
    assertThat(load.requests()).isEqualTo(new LoadWindow.Requests(42, 40, 2, 6));
    assertThat(load.proxies()).isEqualTo(2);
    LoadWindow.MetricSum metric = load.metrics().get("application_utilization");
    assertThat(metric).isEqualTo(new LoadWindow.MetricSum(40, 10 * 0.5 + 10 * 0.5 + 20 * 0.8));

    one.onCompleted();
    two.onCompleted();
    Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> service.streams() == 0);
  }

  @Test
  void aStreamWithoutANodeIsRefused() throws Exception {
    Answers answers = new Answers();
    open(answers).onNext(LoadStatsRequest.getDefaultInstance());
    Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> answers.errors.peek() != null);
    assertThat(Status.fromThrowable(answers.errors.take()).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "2001:DB8::1, 2001:db8::1",
    "2001:db8::1, 2001:db8:0:0:0:0:0:1",
  })
  void theLeaderTurnsReportsOfAllReplicasIntoWeights(String registered, String reported) {
    BlockingQueue<Map<String, FleetWeight>> written = new LinkedBlockingQueue<>();
    WeightSink sink =
        new WeightSink() {
          @Override
          public boolean isLeader() {
            return true;
          }

          @Override
          public WriteResult write(ObjectKey key, ServiceWeights weights) {
            written.add(weights.hosts());
            return new WriteResult.Written(1);
          }
        };
    LoadBoard board = new LoadBoard();
    try (FeedbackRunner runner =
        new FeedbackRunner(sums, board, () -> image(registered), sink, Clock.systemUTC())) {
      StreamObserver<LoadStatsRequest> one = open(new Answers());
      one.onNext(node("proxy-1").build());
      // One message, so no window falls between the two hosts.
      one.onNext(
          report(reported, 9001, 100, 0, 0.9).toBuilder()
              .mergeFrom(report(reported, 9002, 100, 0, 0.3))
              .build());
      Awaitility.await()
          .atMost(5, TimeUnit.SECONDS)
          .until(() -> {
            runner.turn(0);
            return !written.isEmpty();
          });
      Map<String, FleetWeight> weights = written.element();
      assertThat(weights.getOrDefault("a", FleetWeight.NEUTRAL).factor())
          .isLessThan(weights.getOrDefault("b", FleetWeight.NEUTRAL).factor());
      assertThat(runner.view().hosts()).isNotEmpty();
    }
  }

  private StreamObserver<LoadStatsRequest> open(Answers answers) {
    return LoadReportingServiceGrpc.newStub(channel).streamLoadStats(answers);
  }

  private LoadWindow awaitHosts(int count) {
    LoadWindow window = sums.take(Instant.now(), Duration.ofSeconds(5));
    assertThat(window.hosts()).hasSize(count);
    return window;
  }

  private static LoadStatsRequest.Builder node(String id) {
    return LoadStatsRequest.newBuilder().setNode(Node.newBuilder().setId(id));
  }

  private static LoadStatsRequest report(int port, long ok, long failed, double utilisation) {
    return report("127.0.0.1", port, ok, failed, utilisation);
  }

  private static LoadStatsRequest report(
      String address, int port, long ok, long failed, double utilisation) {
    UpstreamEndpointStats endpoint =
        UpstreamEndpointStats.newBuilder()
            .setAddress(
                Address.newBuilder()
                    .setSocketAddress(
                        SocketAddress.newBuilder().setAddress(address).setPortValue(port)))
            .setTotalIssuedRequests(ok + failed)
            .setTotalSuccessfulRequests(ok)
            .setTotalErrorRequests(failed)
            .setTotalRequestsInProgress(3)
            .addLoadMetricStats(
                EndpointLoadMetricStats.newBuilder()
                    .setMetricName("application_utilization")
                    .setNumRequestsFinishedWithMetric(ok)
                    .setTotalMetricValue(ok * utilisation))
            .build();
    return LoadStatsRequest.newBuilder()
        .addClusterStats(
            ClusterStats.newBuilder()
                .setClusterName("default/cart:80")
                .addUpstreamLocalityStats(
                    UpstreamLocalityStats.newBuilder().addUpstreamEndpointStats(endpoint)))
        .build();
  }

  private static ConfigImage image(String address) {
    Service service =
        new Service(ObjectMeta.of("default", "cart"), List.of(new Service.Port("http", 80, null)));
    TreeMap<String, ImageHost> hosts = new TreeMap<>();
    hosts.put("a", host("a", address, 9001));
    hosts.put("b", host("b", address, 9002));
    ImageEdit edit =
        ConfigImage.EMPTY
            .edit()
            .object(CART, new AcceptedObject(service, 1, "alice", "00", "{}"))
            .hosts(CART, new ServiceHosts(hosts));
    return edit.finish(Provenance.NONE);
  }

  private static ImageHost host(String instance, String address, int port) {
    return new ImageHost(
        new Host(new HostKey("default", "cart", instance), address, port, Host.Details.NONE),
        null,
        FleetWeight.NEUTRAL,
        1,
        0);
  }

  /** What the server sent. */
  private static final class Answers implements StreamObserver<LoadStatsResponse> {
    private final BlockingQueue<LoadStatsResponse> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

    @Override
    public void onNext(LoadStatsResponse response) {
      received.add(response);
    }

    @Override
    public void onError(Throwable error) {
      errors.add(error);
    }

    @Override
    public void onCompleted() {
      received.add(LoadStatsResponse.getDefaultInstance());
    }

    LoadStatsResponse next() throws InterruptedException {
      LoadStatsResponse response = received.poll(5, TimeUnit.SECONDS);
      if (response == null) {
        throw new AssertionError("no answer");
      }
      return response;
    }
  }
}
