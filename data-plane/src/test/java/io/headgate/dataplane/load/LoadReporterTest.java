package io.headgate.dataplane.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.Host;
import io.headgate.dataplane.endpoint.HostDescription;
import io.headgate.dataplane.endpoint.HostSet;
import io.headgate.dataplane.endpoint.LoadMetric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadReporterTest {

  /** A control plane that only listens until the test speaks. */
  private static final class ControlPlane
      extends LoadReportingServiceGrpc.LoadReportingServiceImplBase {
    final List<LoadStatsRequest> received = new CopyOnWriteArrayList<>();
    final List<StreamObserver<LoadStatsResponse>> streams = new CopyOnWriteArrayList<>();

    @Override
    public StreamObserver<LoadStatsRequest> streamLoadStats(StreamObserver<LoadStatsResponse> out) {
      streams.add(out);
      return new StreamObserver<>() {
        @Override
        public void onNext(LoadStatsRequest request) {
          received.add(request);
        }

        @Override
        public void onError(Throwable why) {}

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }

    void ask(int stream, boolean perEndpoint, String... clusters) {
      streams
          .get(stream)
          .onNext(
              LoadStatsResponse.newBuilder()
                  .addAllClusters(List.of(clusters))
                  .setLoadReportingInterval(Duration.newBuilder().setNanos(50_000_000))
                  .setReportEndpointGranularity(perEndpoint)
                  .build());
    }

    /** Successes of the cluster over all reports. */
    long successes(String cluster) {
      return received.stream()
          .flatMap(request -> request.getClusterStatsList().stream())
          .filter(stats -> stats.getClusterName().equals(cluster))
          .flatMap(stats -> stats.getUpstreamLocalityStatsList().stream())
          .mapToLong(UpstreamLocalityStats::getTotalSuccessfulRequests)
          .sum();
    }

    List<UpstreamEndpointStats> endpoints() {
      return received.stream()
          .flatMap(request -> request.getClusterStatsList().stream())
          .flatMap(stats -> stats.getUpstreamLocalityStatsList().stream())
          .flatMap(stats -> stats.getUpstreamEndpointStatsList().stream())
          .toList();
    }
  }

  private final ControlPlane controlPlane = new ControlPlane();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final Endpoint endpoint = new Endpoint(new InetSocketAddress("127.0.0.1", 81));
  private final HostSet hosts =
      new HostSet(
          List.of(
              new Host(endpoint, 1, 0, true, new HostDescription("r", "z", "", 0, "", "HEALTHY"))));
  private final Server server =
      InProcessServerBuilder.forName("lrs").directExecutor().addService(controlPlane).build();
  private final ManagedChannel channel = InProcessChannelBuilder.forName("lrs").build();
  private final LoadReporter reporter =
      new LoadReporter(
          channel,
          Node.newBuilder().setId("p1").build(),
          () ->
              List.of(
                  new ReportedCluster("a", "a-eds", hosts), new ReportedCluster("b", "", hosts)),
          new LoadReporter.Timing(thread, System::nanoTime, new SplittableRandom(1)));

  @BeforeEach
  void start() throws IOException {
    server.start();
    reporter.start();
    await().until(() -> controlPlane.streams.size() == 1 && controlPlane.received.size() == 1);
  }

  @AfterEach
  void stop() {
    reporter.close();
    channel.shutdownNow();
    server.shutdownNow();
    thread.shutdown();
  }

  private void answer(int times) {
    for (int i = 0; i < times; i++) {
      endpoint.load().begin();
      endpoint.load().report(LoadMetric.APPLICATION_UTILIZATION, 0.5);
      endpoint.load().end(true, 2_000_000);
    }
  }

  @Test
  void saysNothingButItsNameBeforeTheServerSpeaks() {
    LoadStatsRequest hello = controlPlane.received.getFirst();
    assertThat(hello.getNode().getId()).isEqualTo("p1");
    assertThat(hello.getNode().getClientFeaturesList())
        .contains("envoy.lrs.supports_send_all_clusters");
    assertThat(hello.getClusterStatsCount()).isZero();
  }

  @Test
  void reportsWhatIsAskedForOnceEach() {
    answer(7);
    controlPlane.ask(0, true, "a");
    await().until(() -> controlPlane.received.size() >= 4);
    assertThat(controlPlane.successes("a")).isEqualTo(7);
    assertThat(controlPlane.successes("b")).isZero();
    UpstreamEndpointStats stats = controlPlane.endpoints().getFirst();
    assertThat(stats.getAddress().getSocketAddress().getPortValue()).isEqualTo(81);
    assertThat(stats.getTotalIssuedRequests()).isEqualTo(7);
    assertThat(stats.getLoadMetricStatsList())
        .anySatisfy(metric -> {
          assertThat(metric.getMetricName()).isEqualTo("application_utilization");
          assertThat(metric.getNumRequestsFinishedWithMetric()).isEqualTo(7);
          assertThat(metric.getTotalMetricValue()).isEqualTo(3.5);
        })
        .anySatisfy(metric -> {
          assertThat(metric.getMetricName()).isEqualTo("latency_ms");
          assertThat(metric.getTotalMetricValue()).isEqualTo(14);
        });
    assertThat(controlPlane.received.get(1).getClusterStats(0).getClusterServiceName())
        .isEqualTo("a-eds");
    assertThat(controlPlane.received.get(1).getClusterStats(0).getLoadReportInterval().getNanos())
        .isGreaterThanOrEqualTo(50_000_000);
  }

  @Test
  void endpointsAreLeftOutUnlessAskedFor() {
    answer(1);
    controlPlane.ask(0, false, "a");
    await().until(() -> controlPlane.successes("a") == 1);
    assertThat(controlPlane.endpoints()).isEmpty();
  }

  @Test
  void trafficAccruesWhileTheStreamIsAway() {
    answer(2);
    controlPlane.ask(0, true, "a");
    await().until(() -> controlPlane.successes("a") == 2);
    controlPlane.streams.getFirst().onError(Status.UNAVAILABLE.asRuntimeException());
    answer(5);
    await().until(() -> controlPlane.streams.size() == 2);
    controlPlane.ask(1, true, "a");
    await().until(() -> controlPlane.successes("a") == 7);
  }

  @Test
  void anAddressIsWrittenAsElsewhere() {
    Endpoint six =
        new Endpoint(new InetSocketAddress(InetAddress.ofLiteral("2001:DB8:0:0:0:0:0:7"), 81));
    HostSet only =
        new HostSet(
            List.of(new Host(six, 1, 0, true, new HostDescription("", "", "", 0, "", "HEALTHY"))));
    six.load().begin();
    six.load().end(true, 1);
    UpstreamEndpointStats stats =
        new LoadReport()
            .next(List.of(new ReportedCluster("a", "", only)), name -> true, true, 1)
            .getFirst()
            .getUpstreamLocalityStats(0)
            .getUpstreamEndpointStats(0);
    assertThat(stats.getAddress().getSocketAddress().getAddress()).isEqualTo("2001:db8::7");
    assertThat(six.text()).isEqualTo("[2001:db8::7]:81");
  }

  @Test
  void aHostThatLeftIsReportedOnceMore() {
    LoadReport report = new LoadReport();
    answer(3);
    report.next(List.of(new ReportedCluster("a", "", hosts)), name -> true, true, 1);
    answer(4);
    endpoint.remove();
    var gone = List.of(new ReportedCluster("a", "", HostSet.EMPTY));
    assertThat(
            report
                .next(gone, name -> true, true, 1)
                .getFirst()
                .getUpstreamLocalityStats(0)
                .getTotalSuccessfulRequests())
        .isEqualTo(4);
    assertThat(report.next(gone, name -> true, true, 1).getFirst().getUpstreamLocalityStatsCount())
        .isZero();
  }
}
