package io.headgate.dataplane.hcm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.headgate.dataplane.observe.StreamInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Objects;

/**
 * Local replies as messages: Envoy's headers, a text body; for gRPC requests a head with the status
 * of the call and nothing else.
 */
final class LocalReplies {
  private static final String MAX_DURATION =
      ErrorOutcome.of(ProxyError.of(ErrorKind.MAX_STREAM_DURATION)).details();

  private LocalReplies() {}

  static ResponseHead head(LocalReply reply, RequestHead request) {
    return Grpc.isGrpc(request.headers()) ? grpc(reply, request) : plain(reply);
  }

  private static ResponseHead grpc(LocalReply reply, RequestHead request) {
    ResponseHead head = new ResponseHead(256, 8);
    HeaderBlock headers = head.headers();
    for (LocalReply.Header header : reply.headers()) {
      headers.set(header.name(), header.value());
    }
    headers.set(HeaderNames.CONTENT_TYPE, Grpc.MEDIA_TYPE);
    headers.set(
        HeaderNames.GRPC_STATUS,
        // Envoy names this one itself; all others follow from the HTTP status.
        reply.details().equals(MAX_DURATION)
            ? Grpc.DEADLINE_EXCEEDED
            : Grpc.fromHttp(reply.status()));
    if (!reply.body().isEmpty() && !request.method().equals(Method.HEAD)) {
      headers.set(HeaderNames.GRPC_MESSAGE, Grpc.message(reply.body()));
    }
    return head;
  }

  private static ResponseHead plain(LocalReply reply) {
    ResponseHead head = new ResponseHead(256, 8);
    head.status(reply.status());
    HeaderBlock headers = head.headers();
    if (!reply.body().isEmpty()) {
      headers.set(HeaderNames.CONTENT_LENGTH, ByteBufUtil.utf8Bytes(reply.body()));
      headers.set(HeaderNames.CONTENT_TYPE, "text/plain");
    }
    for (LocalReply.Header header : reply.headers()) {
      headers.set(header.name(), header.value());
    }
    return head;
  }

  /** Changes the answer by the rules; the head is changed in place. */
  static LocalReply rewrite(
      ReplyMapper rules,
      LocalReply reply,
      RequestHead request,
      ResponseHead head,
      StreamInfo info) {
    boolean grpc = Grpc.isGrpc(request.headers());
    if (grpc) {
      head.status(reply.status()); // that is what rules look at
    }
    HeaderBlock headers = head.headers();
    String type = headers.first(HeaderNames.CONTENT_TYPE);
    ReplyMapper.Rewritten now = rules.apply(request, head, info, reply.body());
    if (grpc) {
      head.status(200);
      if (now.status() != reply.status()) {
        headers.set(HeaderNames.GRPC_STATUS, Grpc.fromHttp(now.status()));
      }
      headers.remove(HeaderNames.GRPC_MESSAGE);
      // Bodies in JSON end with a line feed, which is none of the message.
      String message =
          now.contentType().isEmpty() ? now.body() : now.body().replaceFirst("\n$", "");
      if (!message.isEmpty() && !request.method().equals(Method.HEAD)) {
        headers.set(HeaderNames.GRPC_MESSAGE, Grpc.message(message));
      }
    } else if (now.body().isEmpty()) {
      headers.remove(HeaderNames.CONTENT_LENGTH);
      headers.remove(HeaderNames.CONTENT_TYPE);
    } else {
      headers.set(HeaderNames.CONTENT_LENGTH, ByteBufUtil.utf8Bytes(now.body()));
      boolean typeGiven = !Objects.equals(type, headers.first(HeaderNames.CONTENT_TYPE));
      if (!typeGiven && (type == null || !now.body().equals(reply.body()))) {
        headers.set(
            HeaderNames.CONTENT_TYPE,
            now.contentType().isEmpty() ? "text/plain" : now.contentType());
      }
    }
    return new LocalReply(now.status(), now.body(), reply.details(), reply.flag(), reply.headers());
  }

  static ByteBuf body(LocalReply reply, RequestHead request) {
    if (reply.body().isEmpty() || Grpc.isGrpc(request.headers())) {
      return Unpooled.EMPTY_BUFFER;
    }
    byte[] text = reply.body().getBytes(UTF_8);
    return UnpooledByteBufAllocator.DEFAULT.heapBuffer(text.length).writeBytes(text);
  }
}
