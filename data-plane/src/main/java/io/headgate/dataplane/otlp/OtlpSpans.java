package io.headgate.dataplane.otlp;

import io.headgate.dataplane.observe.trace.FinishedSpan;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Writes spans as an {@code ExportTraceServiceRequest}. Spec: OTLP 1.5, trace.proto. */
final class OtlpSpans {
  private static final int SERVER = 2;
  private static final int ERROR = 2;
  private static final int REMOTE_KNOWN = 0x100;
  private static final int REMOTE = 0x200;

  private OtlpSpans() {}

  static byte[] encode(Map<String, String> resource, List<FinishedSpan> spans) {
    return new ProtoOut()
        .message(
            1,
            resourceSpans ->
                resourceSpans
                    .message(1, r -> resource.forEach((name, value) -> r.attribute(1, name, value)))
                    .message(
                        2,
                        scope -> {
                          scope.message(1, s -> s.text(1, "headgate"));
                          spans.forEach(span -> scope.message(2, to -> span(to, span)));
                        }))
        .toBytes();
  }

  private static void span(ProtoOut to, FinishedSpan span) {
    FinishedSpan.Ids ids = span.ids();
    to.bytes(1, ByteBuffer.allocate(16).putLong(ids.high()).putLong(ids.low()).array());
    to.bytes(2, id(ids.span()));
    if (!ids.state().isEmpty()) {
      to.text(3, ids.state());
    }
    if (span.parent() != 0) {
      to.bytes(4, id(span.parent()));
    }
    to.text(5, span.name()).varint(6, SERVER);
    to.fixed64(7, span.startEpochNanos()).fixed64(8, span.endEpochNanos());
    List<String> attributes = span.attributes();
    for (int i = 0; i + 1 < attributes.size(); i += 2) {
      to.attribute(9, attributes.get(i), attributes.get(i + 1));
    }
    if (span.failed()) {
      to.message(15, status -> status.varint(3, ERROR));
    }
    to.fixed32(16, (ids.sampled() ? 1 : 0) | REMOTE_KNOWN | (span.parent() == 0 ? 0 : REMOTE));
  }

  private static byte[] id(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }
}
