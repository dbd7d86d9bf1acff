package io.headgate.controlplane.feedback;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.EndpointLoadMetricStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.headgate.controlplane.fleetstate.LoadWindow;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load reporting service (LRS): asks every proxy for all clusters, per endpoint, and adds up
 * what it says.
 *
 * <p>Thread: gRPC's; each stream is confined to one at a time.
 *
 * <p>Spec: Envoy's {@code envoy.service.load_stats.v3}; the server speaks first, in answer to the
 * node.
 */
public final class LoadReportService extends LoadReportingServiceGrpc.LoadReportingServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(LoadReportService.class);

  private final LoadSums sums;
  private final Duration interval;
  private final AtomicInteger streams = new AtomicInteger();

  /**
   * Makes the service.
   *
   * @param interval at least this long between two reports of a proxy
   */
  public LoadReportService(LoadSums sums, Duration interval) {
    this.sums = sums;
    this.interval = interval;
  }

  /** Streams that are open. */
  public int streams() {
    return streams.get();
  }

  @Override
  public StreamObserver<LoadStatsRequest> streamLoadStats(
      StreamObserver<LoadStatsResponse> responses) {
    streams.incrementAndGet();
    return new Reports(responses);
  }

  private final class Reports implements StreamObserver<LoadStatsRequest> {
    private final StreamObserver<LoadStatsResponse> responses;
    private String node = "";
    private boolean ended;

    Reports(StreamObserver<LoadStatsResponse> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(LoadStatsRequest request) {
      if (node.isEmpty()) {
        node = request.getNode().getId();
        if (node.isEmpty()) {
          end();
          responses.onError(
              Status.INVALID_ARGUMENT
                  .withDescription("the first message must name the node")
                  .asRuntimeException());
          return;
        }
        responses.onNext(
            LoadStatsResponse.newBuilder()
                .setSendAllClusters(true)
                .setReportEndpointGranularity(true)
                .setLoadReportingInterval(
                    com.google.protobuf.Duration.newBuilder()
                        .setSeconds(interval.getSeconds())
                        .setNanos(interval.getNano()))
                .build());
      }
      for (ClusterStats cluster : request.getClusterStatsList()) {
        add(cluster);
      }
    }

    @Override
    public void onError(Throwable error) {
      LOG.debug("load reports ended node={} reason=\"{}\"", node, error.getMessage());
      end();
    }

    @Override
    public void onCompleted() {
      end();
      responses.onCompleted();
    }

    private void end() {
      if (!ended) {
        ended = true;
        streams.decrementAndGet();
      }
    }

    private void add(ClusterStats cluster) {
      String name =
          cluster.getClusterServiceName().isEmpty()
              ? cluster.getClusterName()
              : cluster.getClusterServiceName();
      for (UpstreamLocalityStats locality : cluster.getUpstreamLocalityStatsList()) {
        for (UpstreamEndpointStats endpoint : locality.getUpstreamEndpointStatsList()) {
          sums.add(
              node,
              new LoadSums.Report(
                  name,
                  address(endpoint.getAddress()),
                  new LoadWindow.Requests(
                      endpoint.getTotalIssuedRequests(),
                      endpoint.getTotalSuccessfulRequests(),
                      endpoint.getTotalErrorRequests(),
                      endpoint.getTotalRequestsInProgress()),
                  metrics(endpoint)));
        }
      }
    }

    private static Map<String, LoadWindow.MetricSum> metrics(UpstreamEndpointStats endpoint) {
      Map<String, LoadWindow.MetricSum> metrics = new HashMap<>();
      for (EndpointLoadMetricStats metric : endpoint.getLoadMetricStatsList()) {
        metrics.put(
            metric.getMetricName(),
            new LoadWindow.MetricSum(
                metric.getNumRequestsFinishedWithMetric(), metric.getTotalMetricValue()));
      }
      return metrics;
    }

    private static String address(Address address) {
      SocketAddress socket = address.getSocketAddress();
      return HostAddress.text(socket.getAddress(), socket.getPortValue());
    }
  }
}
