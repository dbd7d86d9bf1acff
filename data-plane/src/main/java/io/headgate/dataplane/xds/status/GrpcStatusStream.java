package io.headgate.dataplane.xds.status;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.headgate.proto.fleet.v1.FleetStatusGrpc;
import io.headgate.proto.fleet.v1.ProxyReport;
import io.headgate.proto.fleet.v1.ReportDirective;
import org.jspecify.annotations.Nullable;

/** The status stream over gRPC. Thread: the xds thread. */
public final class GrpcStatusStream
    implements StatusReporter.Stream, ClientResponseObserver<ProxyReport, ReportDirective> {
  private final StatusReporter.Events events;
  private @Nullable ClientCallStreamObserver<ProxyReport> requests;
  private boolean closed;

  private GrpcStatusStream(StatusReporter.Events events) {
    this.events = events;
  }

  public static StatusReporter.Stream open(Channel channel, StatusReporter.Events events) {
    GrpcStatusStream stream = new GrpcStatusStream(events);
    var _ = FleetStatusGrpc.newStub(channel).report(stream);
    return stream;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ProxyReport> requestStream) {
    requests = requestStream;
  }

  @Override
  public void send(ProxyReport report) {
    // A report is whole, so one that a slow server can't take yet is left to the next.
    if (!closed && requests != null && (requests.isReady() || report.hasIdentity())) {
      requests.onNext(report);
    }
  }

  @Override
  public void close() {
    if (!closed && requests != null) {
      closed = true;
      requests.onCompleted();
    }
  }

  @Override
  public void onNext(ReportDirective directive) {
    if (!closed) {
      events.directed(directive);
    }
  }

  @Override
  public void onError(Throwable error) {
    if (!closed) {
      closed = true;
      Status status = Status.fromThrowable(error);
      events.ended(status.getCode() == Status.Code.UNIMPLEMENTED, status.toString());
    }
  }

  @Override
  public void onCompleted() {
    if (!closed) {
      closed = true;
      events.ended(false, "completed by the server");
    }
  }
}
