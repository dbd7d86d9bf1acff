package io.headgate.dataplane.hcm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Local replies as messages: Envoy's headers, a text body. */
final class LocalReplies {
  private LocalReplies() {}

  static ResponseHead head(LocalReply reply) {
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

  static ByteBuf body(LocalReply reply) {
    if (reply.body().isEmpty()) {
      return Unpooled.EMPTY_BUFFER;
    }
    byte[] text = reply.body().getBytes(UTF_8);
    return UnpooledByteBufAllocator.DEFAULT.heapBuffer(text.length).writeBytes(text);
  }
}
