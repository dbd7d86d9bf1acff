package io.headgate.dataplane.router;

import io.headgate.dataplane.cluster.Cluster;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.route.RouteMirror;
import io.headgate.dataplane.route.RouteTarget;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The copies of one request, for the clusters that mirror it.
 *
 * <p>Thread: confined to the loop.
 */
final class Mirrors {
  /** No copy. */
  static final Mirrors NONE = new Mirrors(List.of(), true);

  private static final String SUFFIX = "-shadow";
  private final List<MirrorStream> copies;
  private boolean complete;

  private Mirrors(List<MirrorStream> copies, boolean complete) {
    this.copies = copies;
    this.complete = complete;
  }

  /**
   * Starts the copies that are drawn; tunnels have none.
   *
   * @param complete whether the head is all of the request
   */
  static Mirrors of(
      RouteTarget.Forward forward,
      RequestHead head,
      TerminalStream stream,
      RouterFactory factory,
      long timeoutNanos,
      boolean complete) {
    List<RouteMirror> wanted = forward.rest().mirrors();
    if (wanted.isEmpty() || head.asksForTunnel()) {
      return NONE;
    }
    RouterLoop loop = factory.on(stream.eventLoop());
    List<MirrorStream> copies = new ArrayList<>(wanted.size());
    for (RouteMirror mirror : wanted) {
      Cluster cluster =
          mirror.takes(loop.random())
              ? factory.services().clusters().find(mirror.cluster().of(head))
              : null;
      if (cluster != null) {
        MirrorStream copy =
            new MirrorStream(
                copy(head, mirror),
                cluster.onLoop(stream.eventLoop()),
                stream.info().connection,
                factory.services().replayBytes());
        copies.add(copy);
        if (complete) {
          copy.end();
        }
        copy.start(loop.random().nextLong(), loop.deadlines(), timeoutNanos);
      }
    }
    return new Mirrors(copies, complete);
  }

  private static RequestHead copy(RequestHead head, RouteMirror mirror) {
    RequestHead copy = new RequestHead();
    copy.copyFrom(head);
    copy.headers().set(HeaderNames.X_ENVOY_INTERNAL, "true");
    if (!mirror.keepsHost() && !head.authority().isEmpty()) {
      copy.authority(shadowed(head.authority()));
    }
    return copy;
  }

  /** The suffix goes before a port. */
  static String shadowed(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean port = colon >= 0 && authority.indexOf(']', colon) < 0;
    return port
        ? authority.substring(0, colon) + SUFFIX + authority.substring(colon)
        : authority + SUFFIX;
  }

  /** A piece of the body; lent. */
  void data(ByteBuf piece, boolean endStream) {
    complete |= endStream;
    for (MirrorStream copy : copies) {
      copy.data(piece.retainedDuplicate(), endStream);
    }
  }

  /** The trailers, the request's end. */
  void trailers(HeaderBlock trailers) {
    complete = true;
    for (MirrorStream copy : copies) {
      HeaderBlock own = new HeaderBlock();
      own.copyFrom(trailers);
      copy.trailers(own);
    }
  }

  /** The client's stream is over; copies of what was not all there go with it. */
  void clientGone() {
    if (!complete) {
      copies.forEach(MirrorStream::cancel);
    }
  }
}
