package io.headgate.dataplane.route;

import io.headgate.dataplane.filter.RouteOverrides;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.http.Upgrades;
import org.jspecify.annotations.Nullable;

/**
 * A compiled route with one target; a weighted route has one entry for each of its clusters.
 *
 * <p>Thread: immutable, shared by all streams that match.
 */
public final class RouteEntry implements StreamRoute {

  private final String name;
  private final String virtualHost;
  private final RouteOverrides overrides;
  private final StreamTimes times;
  private final PathTest path;
  private final RouteTarget target;
  private final Edits edits;
  private final Upgrades upgrades;

  /**
   * Header changes of a route.
   *
   * @param request before the request is forwarded
   * @param response before the answer is passed on
   */
  record Edits(HeaderEdits request, HeaderEdits response) {}

  /** Which route it is. */
  record Names(String name, String virtualHost) {}

  /** What the route says of its streams, as {@link StreamRoute} has it. */
  record StreamTimes(long idle, long maxDuration, long grpcHeaderMax, long grpcHeaderOffset) {
    static final StreamTimes NONE = new StreamTimes(-1, -1, -1, 0);
  }

  RouteEntry(
      Names names,
      PathTest path,
      RouteTarget target,
      Edits edits,
      RouteOverrides overrides,
      StreamTimes times,
      Upgrades upgrades) {
    this.name = names.name();
    this.virtualHost = names.virtualHost();
    this.path = path;
    this.target = target;
    this.edits = edits;
    this.overrides = overrides;
    this.times = times;
    this.upgrades = upgrades;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String virtualHost() {
    return virtualHost;
  }

  @Override
  public RouteOverrides overrides() {
    return overrides;
  }

  @Override
  public long idleTimeoutNanos() {
    return times.idle();
  }

  @Override
  public @Nullable String cluster(RequestHead request) {
    return target instanceof RouteTarget.Forward forward ? forward.cluster().of(request) : null;
  }

  @Override
  public long maxStreamDurationNanos() {
    return times.maxDuration();
  }

  @Override
  public long grpcTimeoutHeaderMaxNanos() {
    return times.grpcHeaderMax();
  }

  @Override
  public long grpcTimeoutHeaderOffsetNanos() {
    return times.grpcHeaderOffset();
  }

  @Override
  public void finishLocalReply(RequestHead request, ResponseHead answer, StreamInfo info) {
    if (!edits.response().isEmpty()) {
      edits.response().apply(request, answer, info);
    }
  }

  @Override
  public Upgrades upgrades() {
    return upgrades;
  }

  /** What is done with the request. */
  public RouteTarget target() {
    return target;
  }

  /** Changes to the request's headers. */
  public HeaderEdits requestEdits() {
    return edits.request();
  }

  /** Changes to the answer's headers. */
  public HeaderEdits responseEdits() {
    return edits.response();
  }

  /** How many bytes of the path the route's condition covers; what a prefix rewrite replaces. */
  public int covered(RequestHead head) {
    return Math.min(path.covered(head.pathLengthWithoutQuery()), head.pathLengthWithoutQuery());
  }
}
