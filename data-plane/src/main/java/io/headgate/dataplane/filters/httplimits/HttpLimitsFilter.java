package io.headgate.dataplane.filters.httplimits;

import io.headgate.dataplane.filter.BodyChunk;
import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.HttpLimitsPerRoute;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The limits of one request. Confined to the stream's event loop. */
final class HttpLimitsFilter extends StreamFilter {
  private static final LocalReply URL_TOO_LONG =
      LocalReply.of(414, "URI Too Long", "headgate_http_limits_url_too_long");
  private static final LocalReply BODY_TOO_LARGE =
      LocalReply.of(ProxyError.of(ErrorKind.PAYLOAD_TOO_LARGE));

  private final HttpLimitsConfig config;
  private final InstantSource clock;
  private final HttpLimitsMeters meters;
  private long bodyLimit;
  private long body;

  HttpLimitsFilter(HttpLimitsConfig config, InstantSource clock, HttpLimitsMeters meters) {
    this.config = config;
    this.clock = clock;
    this.meters = meters;
    this.bodyLimit = config.maxRequestBodyBytes();
  }

  @Override
  public FilterAction onRequestHead(RequestHead head, boolean endStream) {
    HttpLimitsPerRoute route =
        stream().routeConfig() instanceof HttpLimitsPerRoute limits ? limits : null;
    if (config.maxUrlBytes() > 0
        && head.pathLength() > config.maxUrlBytes()
        && !isException(route, head.pathLength())) {
      meters.urls().add();
      return stream().localReply(URL_TOO_LONG);
    }
    if (route != null && route.maxRequestBodyBytes() > 0) {
      bodyLimit = route.maxRequestBodyBytes();
    }
    if (bodyLimit > 0 && !endStream && announced(head) > bodyLimit) {
      return tooLarge();
    }
    return FilterAction.CONTINUE;
  }

  private boolean isException(@Nullable HttpLimitsPerRoute route, int bytes) {
    HttpLimitsPerRoute.UrlException exception = route == null ? null : route.url();
    if (exception == null || bytes > exception.maxUrlBytes()) {
      return false;
    }
    if (!clock.instant().isBefore(exception.expires())) {
      meters.expired().add();
      return false;
    }
    meters.exceptions().add();
    return true;
  }

  /** Returns the body's length as the head has it; the codec has checked that it is a number. */
  private static long announced(RequestHead head) {
    String length = head.headers().first(HeaderNames.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  @Override
  public FilterAction onRequestData(BodyChunk chunk, boolean endStream) {
    body += chunk.data().readableBytes();
    return bodyLimit > 0 && body > bodyLimit ? tooLarge() : FilterAction.CONTINUE;
  }

  private FilterAction tooLarge() {
    meters.bodies().add();
    return stream().localReply(BODY_TOO_LARGE);
  }
}
