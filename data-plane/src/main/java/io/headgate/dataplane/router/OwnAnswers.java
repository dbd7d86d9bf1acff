package io.headgate.dataplane.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.TerminalStream;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.route.RouteEntry;
import io.headgate.dataplane.route.RouteTarget;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * Answers that a route gives without a backend: redirects and direct responses. A gRPC call gets
 * them as its status.
 */
final class OwnAnswers {

  private static final String DETAILS = "direct_response";

  private OwnAnswers() {}

  private static boolean isLocalReply(TerminalStream stream, RequestHead head) {
    return Grpc.isGrpc(head.headers()) || stream.rewritesLocalReplies();
  }

  static void redirect(
      TerminalStream stream, RequestHead head, RouteEntry route, RouteTarget.Redirect redirect) {
    if (isLocalReply(stream, head)) {
      LocalReply.Header location =
          new LocalReply.Header(HeaderNames.LOCATION, redirect.location(head, route));
      stream.localReply(new LocalReply(redirect.status(), "", DETAILS, null, List.of(location)));
      return;
    }
    ResponseHead answer = new ResponseHead();
    answer.status(redirect.status());
    answer.headers().set(HeaderNames.LOCATION, redirect.location(head, route));
    route.responseEdits().apply(head, answer, stream.info());
    stream.info().details(DETAILS);
    stream.respondHead(answer, true);
  }

  static void direct(
      TerminalStream stream, RequestHead head, RouteEntry route, RouteTarget.Direct direct) {
    String location = direct.location(head);
    if (isLocalReply(stream, head)) {
      String text = new String(direct.body(), UTF_8);
      List<LocalReply.Header> headers =
          location == null
              ? List.of()
              : List.of(new LocalReply.Header(HeaderNames.LOCATION, location));
      stream.localReply(new LocalReply(direct.status(), text, DETAILS, null, headers));
      return;
    }
    ResponseHead answer = new ResponseHead();
    answer.status(direct.status());
    if (location != null) {
      answer.headers().set(HeaderNames.LOCATION, location);
    }
    byte[] body = direct.body();
    if (body.length > 0) {
      answer.headers().set(HeaderNames.CONTENT_LENGTH, body.length);
      answer.headers().set(HeaderNames.CONTENT_TYPE, "text/plain");
    }
    route.responseEdits().apply(head, answer, stream.info());
    stream.info().details(DETAILS);
    stream.respondHead(answer, body.length == 0);
    if (body.length > 0) {
      stream.respondData(Unpooled.wrappedBuffer(body), true);
    }
  }
}
