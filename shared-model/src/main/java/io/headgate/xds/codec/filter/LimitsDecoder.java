package io.headgate.xds.codec.filter;

import com.google.protobuf.Timestamp;
import io.headgate.proto.extensions.v1.RequestRate;
import io.headgate.proto.extensions.v1.UrlException;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.Protos;
import io.headgate.xds.model.filter.FilterConfig;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.HttpLimitsPerRoute;
import io.headgate.xds.model.listener.ClientLimits;
import java.time.Duration;
import java.time.Instant;

/** Headgate's own limits, both ways. */
public final class LimitsDecoder {
  static final String HTTP_LIMITS = "headgate.extensions.v1.HttpLimits";
  static final String PER_ROUTE = "headgate.extensions.v1.HttpLimitsPerRoute";
  public static final String CLIENT_LIMITS = "headgate.extensions.v1.ClientLimits";

  private LimitsDecoder() {}

  public static FilterConfig http(MessageReader r) {
    return new HttpLimitsConfig(r.small("max_url_bytes"), r.integer("max_request_body_bytes"));
  }

  static FilterConfig perRoute(MessageReader r) {
    HttpLimitsPerRoute.UrlException url = r.message("url_exception", LimitsDecoder::exception);
    return new HttpLimitsPerRoute(url, r.integer("max_request_body_bytes"));
  }

  private static HttpLimitsPerRoute.UrlException exception(MessageReader r) {
    int bytes = r.small("max_url_bytes");
    String owner = r.string("owner");
    Instant expires =
        r.message("expires", t -> Instant.ofEpochSecond(t.integer("seconds"), t.integer("nanos")));
    return new HttpLimitsPerRoute.UrlException(bytes, owner, r.need("expires", expires));
  }

  public static ClientLimits client(MessageReader r) {
    return new ClientLimits(
        r.small("max_connections_per_address"), r.message("request_rate", LimitsDecoder::rate));
  }

  private static ClientLimits.Rate rate(MessageReader r) {
    int requests = r.small("requests");
    int burst = r.small("burst");
    return new ClientLimits.Rate(
        requests,
        r.duration("interval", Duration.ofSeconds(1)),
        burst == 0 ? requests : burst,
        r.small("drain_after"));
  }

  public static io.headgate.proto.extensions.v1.HttpLimits encode(HttpLimitsConfig limits) {
    return io.headgate.proto.extensions.v1.HttpLimits.newBuilder()
        .setMaxUrlBytes(limits.maxUrlBytes())
        .setMaxRequestBodyBytes(limits.maxRequestBodyBytes())
        .build();
  }

  public static io.headgate.proto.extensions.v1.HttpLimitsPerRoute encode(
      HttpLimitsPerRoute limits) {
    io.headgate.proto.extensions.v1.HttpLimitsPerRoute.Builder builder =
        io.headgate.proto.extensions.v1.HttpLimitsPerRoute.newBuilder()
            .setMaxRequestBodyBytes(limits.maxRequestBodyBytes());
    HttpLimitsPerRoute.UrlException url = limits.url();
    if (url != null) {
      builder.setUrlException(
          UrlException.newBuilder()
              .setMaxUrlBytes(url.maxUrlBytes())
              .setOwner(url.owner())
              .setExpires(
                  Timestamp.newBuilder()
                      .setSeconds(url.expires().getEpochSecond())
                      .setNanos(url.expires().getNano())));
    }
    return builder.build();
  }

  public static io.headgate.proto.extensions.v1.ClientLimits encode(ClientLimits limits) {
    io.headgate.proto.extensions.v1.ClientLimits.Builder builder =
        io.headgate.proto.extensions.v1.ClientLimits.newBuilder()
            .setMaxConnectionsPerAddress(limits.connectionsPerAddress());
    ClientLimits.Rate rate = limits.requestRate();
    if (rate != null) {
      builder.setRequestRate(
          RequestRate.newBuilder()
              .setRequests(rate.requests())
              .setInterval(Protos.duration(rate.interval()))
              .setBurst(rate.burst())
              .setDrainAfter(rate.drainAfter()));
    }
    return builder.build();
  }
}
