package io.headgate.dataplane.observe.trace;

import io.headgate.dataplane.http.Grpc;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.LogText;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.observe.Secrets;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.http.Tracing;
import io.headgate.xds.model.http.Tracing.CustomTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Traces the requests of a connection manager: takes up the trace that a request belongs to or
 * begins one, decides whether it is kept, tells the next hop, and makes a span when the stream is
 * over. A span that failed is kept whatever was decided before.
 *
 * <p>Names and attributes of spans are Envoy's. <b>Thread:</b> any event loop; immutable.
 */
public final class Tracer {
  private static final HeaderName CLIENT_TRACE = HeaderName.of("x-client-trace-id");
  private static final HeaderName FORCE = HeaderName.of("x-envoy-force-trace");
  private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");
  private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
  private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");

  /** Those that are the backend's fault, as Envoy has them. */
  private static final Set<Integer> GRPC_ERRORS = Set.of(2, 4, 8, 12, 13, 14, 15);

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Tracing config;
  private final Node node;
  private final SpanSink sink;
  private final Counter random;
  private final Counter forced;
  private final Counter client;
  private final Counter not;

  /** Who traces. */
  public record Node(String id, String zone) {}

  /**
   * Makes a tracer.
   *
   * @param scope {@code http.<stat_prefix>}
   */
  public Tracer(Tracing config, Node node, SpanSink sink, Scope scope) {
    this.config = config;
    this.node = node;
    this.sink = sink;
    Scope counts = scope.scope("tracing");
    random = counts.counter("random_sampling");
    forced = counts.counter("service_forced");
    client = counts.counter("client_enabled");
    not = counts.counter("not_traceable");
  }

  /** A span that runs. Confined to its stream's loop. */
  public static final class Span {
    private final TraceContext context;
    private final @Nullable TraceContext parent;
    private final String url;

    private Span(TraceContext context, @Nullable TraceContext parent, String url) {
      this.context = context;
      this.parent = parent;
      this.url = url;
    }
  }

  /** Begins the span of a request, whose head is told to the next hop. */
  public Span start(RequestHead head, StreamInfo info) {
    HeaderBlock headers = head.headers();
    ThreadLocalRandom ids = ThreadLocalRandom.current();
    boolean decided = decide(headers);
    TraceContext parent = TraceContext.of(headers, decided);
    boolean sampled = parent == null ? decided : parent.sampled();
    TraceContext context =
        new TraceContext(
            parent == null ? ids.nextLong() : parent.high(),
            parent == null ? ids.nextLong() | 1 : parent.low(),
            ids.nextLong() | 1,
            sampled,
            parent == null ? "" : parent.state(),
            TraceContext.Form.W3C);
    context.writeTo(headers, parent);
    info.traceId = context.traceText();
    info.traced = sampled;
    return new Span(context, parent, url(head));
  }

  /** Envoy's order: what the client asks for, what an internal peer forces, a share; then all. */
  private boolean decide(HeaderBlock headers) {
    Tracing.Shares shares = config.shares();
    boolean traced;
    if (headers.contains(CLIENT_TRACE) && draw(shares.client())) {
      client.add();
      traced = true;
    } else if (headers.contains(FORCE)) {
      forced.add();
      traced = true;
    } else {
      traced = draw(shares.random());
      (traced ? random : not).add();
    }
    return traced && draw(shares.overall());
  }

  private static boolean draw(double percent) {
    return percent >= 100 || (percent > 0 && ThreadLocalRandom.current().nextDouble(100) < percent);
  }

  private String url(RequestHead head) {
    String path = String.valueOf(LogText.decode(Secrets.url(head.path())));
    int max = config.maxPathTagLength();
    String shown = path.length() > max ? path.substring(0, max) : path;
    return head.scheme() + "://" + head.authority() + shown;
  }

  /** The stream is over: hands its span on when it is kept. */
  public void finish(
      Span span,
      StreamInfo info,
      RequestHead head,
      @Nullable ResponseHead answer,
      @Nullable HeaderBlock trailers) {
    HeaderBlock grpc = grpc(head, answer, trailers);
    boolean failed =
        info.responseCode == 0
            || info.responseCode >= 500
            || (grpc != null && GRPC_ERRORS.contains(Grpc.status(grpc)));
    if (!span.context.sampled() && !failed) {
      return;
    }
    long start = info.startMillis * NANOS_PER_MILLI;
    sink.take(
        new FinishedSpan(
            new FinishedSpan.Ids(
                span.context.high(),
                span.context.low(),
                span.context.span(),
                span.context.sampled(),
                span.context.state()),
            span.parent == null ? 0 : span.parent.span(),
            "ingress",
            start,
            start + Math.max(0, info.endNanos - info.startNanos),
            failed,
            attributes(span, info, head, grpc, failed)));
  }

  /** Where the status of a gRPC call stands, null when the request is none or has none. */
  private static @Nullable HeaderBlock grpc(
      RequestHead head, @Nullable ResponseHead answer, @Nullable HeaderBlock trailers) {
    if (!Grpc.isGrpc(head.headers())) {
      return null;
    }
    if (trailers != null && trailers.contains(GRPC_STATUS)) {
      return trailers;
    }
    return answer != null && answer.headers().contains(GRPC_STATUS) ? answer.headers() : null;
  }

  private List<String> attributes(
      Span span, StreamInfo info, RequestHead head, @Nullable HeaderBlock grpc, boolean failed) {
    HeaderBlock headers = head.headers();
    List<String> tags = new ArrayList<>(48);
    add(tags, "node_id", node.id());
    add(tags, "zone", node.zone());
    add(tags, "guid:x-request-id", headers.first(HeaderNames.X_REQUEST_ID));
    add(tags, "http.url", span.url);
    add(tags, "http.method", head.method().toString());
    add(
        tags,
        "downstream_cluster",
        or(headers.first(HeaderNames.X_ENVOY_DOWNSTREAM_SERVICE_CLUSTER)));
    add(tags, "user_agent", or(headers.first(HeaderNames.USER_AGENT)));
    add(tags, "http.protocol", info.protocol.toString());
    add(tags, "peer.address", info.connection.remoteHost());
    add(tags, "guid:x-client-trace-id", headers.first(CLIENT_TRACE));
    if (Grpc.isGrpc(headers)) {
      add(tags, "grpc.path", LogText.decode(Secrets.url(head.path())));
      add(tags, "grpc.authority", head.authority());
      add(tags, "grpc.content_type", headers.first(CONTENT_TYPE));
    }
    if (grpc != null) {
      add(tags, "grpc.status_code", grpc.first(GRPC_STATUS));
      add(tags, "grpc.message", grpc.first(GRPC_MESSAGE));
    }
    add(tags, "request_size", Long.toString(info.bytesReceived));
    add(tags, "response_size", Long.toString(info.bytesSent));
    add(tags, "component", "proxy");
    add(tags, "upstream_cluster", info.knownCluster());
    add(tags, "upstream_cluster.name", info.knownCluster());
    add(tags, "http.status_code", Integer.toString(info.responseCode));
    add(tags, "response_flags", ResponseFlag.text(info.flags()));
    if (failed) {
      add(tags, "error", "true");
    }
    for (CustomTag tag : config.tags()) {
      add(tags, tag.name(), value(tag, headers));
    }
    return tags;
  }

  private static @Nullable String value(CustomTag tag, HeaderBlock headers) {
    return switch (tag) {
      case CustomTag.Literal(String _, String value) -> value;
      case CustomTag.Environment(String _, String variable, String otherwise) -> {
        String value = System.getenv(variable);
        yield value == null ? otherwise : value;
      }
      case CustomTag.RequestHeader(String _, String header, String otherwise) -> {
        HeaderName name = HeaderName.of(header);
        String value = headers.joined(name);
        yield value == null ? otherwise : LogText.decode(Secrets.header(name, value));
      }
    };
  }

  private static String or(@Nullable String value) {
    return value == null ? "-" : String.valueOf(LogText.decode(value));
  }

  private static void add(List<String> tags, String name, @Nullable String value) {
    if (value != null) {
      tags.add(name);
      tags.add(value);
    }
  }
}
