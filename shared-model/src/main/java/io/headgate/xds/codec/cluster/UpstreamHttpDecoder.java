package io.headgate.xds.codec.cluster;

import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.headgate.xds.codec.http.CommonHttp;
import io.headgate.xds.codec.http.Http1Codec;
import io.headgate.xds.codec.http.Http2Codec;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.cluster.UpstreamHttp.AutoSni;
import io.headgate.xds.model.cluster.UpstreamHttp.Lifetimes;
import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.http.Http2Options;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes the HTTP protocol of a cluster. */
public final class UpstreamHttpDecoder {
  public static final String KEY = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private static final Map<String, Extension<UpstreamHttp>> OPTIONS =
      Map.of(
          KEY,
          new Extension<>(HttpProtocolOptions.getDefaultInstance(), UpstreamHttpDecoder::options));

  private UpstreamHttpDecoder() {}

  public static UpstreamHttp decode(MessageReader r) {
    Map<String, UpstreamHttp> byKey =
        r.map("typed_extension_protocol_options", any -> any.unpack(OPTIONS));
    for (String key : byKey.keySet()) {
      if (!key.equals(KEY)) {
        r.refuse("typed_extension_protocol_options", "key '" + key + "' is unknown", "use " + KEY);
      }
    }
    UpstreamHttp options = byKey.getOrDefault(KEY, UpstreamHttp.DEFAULT);
    // The older place of the same setting, which much hand-written config still uses.
    Http2Options legacy = r.message("http2_protocol_options", Http2Codec::decode);
    return legacy == null || options.http2() != null
        ? options
        : of(Common.DEFAULT, legacy, Http1Options.DEFAULT, AutoSni.OFF);
  }

  private static UpstreamHttp options(MessageReader r) {
    Common common = r.message("common_http_protocol_options", Common.DEFAULT, Common::read);
    Explicit explicit = r.build(() -> explicit(r));
    Explicit needed = r.built(explicit);
    AutoSni sni =
        r.message("upstream_http_protocol_options", AutoSni.OFF, UpstreamHttpDecoder::sni);
    return of(common, needed.http2, needed.http1, sni);
  }

  private static AutoSni sni(MessageReader r) {
    return new AutoSni(
        r.bool("auto_sni"), r.bool("auto_san_validation"), r.string("override_auto_sni_header"));
  }

  private static Explicit explicit(MessageReader r) {
    if (!r.which("upstream_protocol_options").equals("explicit_http_config")) {
      throw new Refusal();
    }
    return r.need(
        "explicit_http_config",
        r.message(
            "explicit_http_config",
            e ->
                switch (e.which("protocol_config")) {
                  case "http_protocol_options" ->
                      new Explicit(
                          null,
                          e.message(
                              "http_protocol_options", Http1Options.DEFAULT, Http1Codec::decode));
                  case "http2_protocol_options" ->
                      new Explicit(
                          e.message("http2_protocol_options", Http2Codec::decode),
                          Http1Options.DEFAULT);
                  default -> throw new Refusal();
                }));
  }

  /** What clusters take of the options that both sides share. */
  private record Common(CommonHttp shared, Duration maxStreamDuration) {
    static final Common DEFAULT = new Common(CommonHttp.DEFAULT, Duration.ZERO);

    static Common read(MessageReader r) {
      return new Common(
          CommonHttp.upstream(r), r.duration("max_stream_duration", DEFAULT.maxStreamDuration));
    }
  }

  private record Explicit(@Nullable Http2Options http2, Http1Options http1) {}

  private static UpstreamHttp of(
      Common common, @Nullable Http2Options http2, Http1Options http1, AutoSni sni) {
    CommonHttp shared = common.shared;
    return new UpstreamHttp(
        http2,
        new Lifetimes(
            shared.idleTimeout(), shared.maxConnectionDuration(), common.maxStreamDuration),
        shared.maxRequestsPerConnection(),
        shared.maxHeadersCount(),
        shared.maxHeadersKb(),
        http1,
        sni);
  }
}
