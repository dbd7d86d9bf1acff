package io.headgate.dataplane.route;

import io.headgate.dataplane.filter.RouteOverrides;
import io.headgate.dataplane.filter.StreamRoute;
import io.headgate.dataplane.http.RequestHead;

/**
 * A compiled route with one target; a weighted route has one entry for each of its clusters.
 *
 * <p>Thread: immutable, shared by all streams that match.
 */
public final class RouteEntry implements StreamRoute {

  private final String name;
  private final String virtualHost;
  private final RouteOverrides overrides;
  private final long idleTimeoutNanos;
  private final PathTest path;
  private final RouteTarget target;
  private final Edits edits;

  /**
   * Header changes of a route.
   *
   * @param request before the request is forwarded
   * @param response before the answer is passed on
   */
  record Edits(HeaderEdits request, HeaderEdits response) {}

  /** Which route it is. */
  record Names(String name, String virtualHost) {}

  RouteEntry(
      Names names,
      PathTest path,
      RouteTarget target,
      Edits edits,
      RouteOverrides overrides,
      long idleTimeoutNanos) {
    this.name = names.name();
    this.virtualHost = names.virtualHost();
    this.path = path;
    this.target = target;
    this.edits = edits;
    this.overrides = overrides;
    this.idleTimeoutNanos = idleTimeoutNanos;
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
    return idleTimeoutNanos;
  }

  @Override
  public long maxStreamDurationNanos() {
    return -1;
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
    return path.covered(head.pathLengthWithoutQuery());
  }
}
