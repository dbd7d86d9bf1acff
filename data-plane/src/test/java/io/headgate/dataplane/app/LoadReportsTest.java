package io.headgate.dataplane.app;

import static io.headgate.dataplane.app.Sample.assignment;
import static io.headgate.dataplane.app.Sample.cluster;
import static io.headgate.dataplane.app.Sample.dynamic;
import static io.headgate.dataplane.app.Sample.listener;
import static io.headgate.dataplane.app.Sample.routes;
import static io.headgate.dataplane.xds.AdsServer.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.SelfConfigSource;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.stub.StreamObserver;
import io.headgate.dataplane.xds.AdsServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Load goes from a request through a whole proxy to the control plane that asked for it. */
class LoadReportsTest {
  private static final int REQUESTS = 25;

  @Test
  void requestsAreReportedByHostToTheServerThatAsks() throws Exception {
    try (HttpBackend backend = new HttpBackend("one");
        AdsServer ads = new AdsServer(0, true, null);
        ProxyServer server =
            new ProxyServer(
                Proxies.bootstrap(dynamic(ads.port())),
                new ProxyServer.Settings(
                    2, java.time.Duration.ofSeconds(5), "127.0.0.1", null, false))) {
      server.start();
      Script script = new Script(ads);
      script.send(
          "c1",
          cluster("one").toBuilder()
              .setLrsServer(
                  ConfigSource.newBuilder().setSelf(SelfConfigSource.getDefaultInstance()))
              .build());
      script.send("e1", assignment("one", backend.port()));
      script.send("l1", listener());
      script.send("r1", routes("one"));
      server.live().get(10, TimeUnit.SECONDS);

      LoadStatsRequest first = take(ads.loads);
      assertThat(first.getNode().getId()).isEqualTo("p");
      assertThat(first.getClusterStatsList()).as("the server speaks first").isEmpty();
      StreamObserver<LoadStatsResponse> stream = take(ads.loadStreams);
      stream.onNext(
          LoadStatsResponse.newBuilder()
              .addClusters("one")
              .setReportEndpointGranularity(true)
              .setLoadReportingInterval(Duration.newBuilder().setNanos(100_000_000))
              .build());
      try (HttpClient client = HttpClient.newHttpClient()) {
        URI uri = URI.create("http://127.0.0.1:" + server.port("web") + "/");
        for (int i = 0; i < REQUESTS; i++) {
          assertThat(
                  client
                      .send(
                          HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                      .body())
              .isEqualTo("one");
        }
      }
      List<UpstreamLocalityStats> stats = new ArrayList<>();
      await()
          .untilAsserted(() -> {
            List<LoadStatsRequest> reports = new ArrayList<>();
            ads.loads.drainTo(reports);
            reports.stream()
                .flatMap(report -> report.getClusterStatsList().stream())
                .filter(cluster -> cluster.getClusterName().equals("one"))
                .forEach(cluster -> stats.addAll(cluster.getUpstreamLocalityStatsList()));
            assertThat(
                    stats.stream()
                        .mapToLong(UpstreamLocalityStats::getTotalSuccessfulRequests)
                        .sum())
                .isEqualTo(REQUESTS);
          });
      assertThat(stats.stream().flatMap(s -> s.getUpstreamEndpointStatsList().stream()))
          .allMatch(host -> host.getAddress().getSocketAddress().getPortValue() == backend.port())
          .extracting(UpstreamEndpointStats::getTotalIssuedRequests)
          .satisfies(counts ->
              assertThat(counts.stream().mapToLong(Long::longValue).sum()).isEqualTo(REQUESTS));
    }
  }
}
