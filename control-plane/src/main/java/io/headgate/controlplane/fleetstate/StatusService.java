package io.headgate.controlplane.fleetstate;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.headgate.proto.fleet.v1.FleetStatusGrpc;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.ReportDirective;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves the status stream on the xDS port.
 *
 * <p>Thread: gRPC's; calls of one stream come in order.
 */
public final class StatusService extends FleetStatusGrpc.FleetStatusImplBase {
  private final Fleet fleet;
  private final int reportIntervalMillis;
  private final AtomicLong numbers = new AtomicLong();

  /**
   * @param reportIntervalMillis at most this long between two reports of a proxy; 0 leaves it to
   *     the proxy
   */
  public StatusService(Fleet fleet, int reportIntervalMillis) {
    this.fleet = fleet;
    this.reportIntervalMillis = reportIntervalMillis;
  }

  @Override
  public StreamObserver<ProxyReport> report(StreamObserver<ReportDirective> answers) {
    answers.onNext(ReportDirective.newBuilder().setReportIntervalMs(reportIntervalMillis).build());
    Session session = new Session("status-" + numbers.incrementAndGet(), answers);
    ((ServerCallStreamObserver<ReportDirective>) answers).setOnCancelHandler(session::end);
    return session;
  }

  private final class Session implements StreamObserver<ProxyReport> {
    private final String stream;
    private final StreamObserver<ReportDirective> answers;
    private boolean known;
    private io.headgate.proto.fleet.v1.ProxyIdentity identity =
        io.headgate.proto.fleet.v1.ProxyIdentity.getDefaultInstance();
    private boolean ended;

    Session(String stream, StreamObserver<ReportDirective> answers) {
      this.stream = stream;
      this.answers = answers;
    }

    @Override
    public void onNext(ProxyReport report) {
      if (ended) {
        return;
      }
      if (!known) {
        String node = report.getIdentity().getNodeId();
        if (node.isEmpty()) {
          end();
          answers.onError(
              Status.INVALID_ARGUMENT
                  .withDescription("the first report must carry identity.node_id")
                  .asRuntimeException());
          return;
        }
        known = true;
        identity = report.getIdentity();
        fleet.statusConnected(stream, identity(report));
      }
      // Reports after the first may leave the identity out.
      ProxyReport whole =
          report.hasIdentity() ? report : report.toBuilder().setIdentity(identity).build();
      fleet.reported(stream, StatusCodec.report(whole), StatusCodec.resources(whole));
    }

    @Override
    public void onError(Throwable broken) {
      end();
    }

    @Override
    public void onCompleted() {
      end();
      answers.onCompleted();
    }

    private void end() {
      if (!ended) {
        ended = true;
        if (known) {
          fleet.reportEnded(stream);
          fleet.statusDisconnected(stream);
        }
      }
    }

    private static ProxyIdentity identity(ProxyReport report) {
      return new ProxyIdentity(
          report.getIdentity().getNodeId(),
          report.getIdentity().getNodeCluster(),
          LocalProxy.OWN_CLIENT,
          report.getIdentity().getVersion(),
          List.of());
    }
  }
}
