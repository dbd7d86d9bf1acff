package io.headgate.xds.codec.http;

import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.codec.route.UpgradesCodec;
import io.headgate.xds.model.http.ClientCertRules;
import io.headgate.xds.model.http.ClientCertRules.Detail;
import io.headgate.xds.model.http.ClientCertRules.Mode;
import io.headgate.xds.model.http.ForwardedRules;
import io.headgate.xds.model.http.ForwardedRules.Detection;
import io.headgate.xds.model.http.Http1Options;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.http.HttpProtocols;
import io.headgate.xds.model.http.HttpProtocols.Codec;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.HttpRules.UnderscoreHeaders;
import io.headgate.xds.model.http.LocalReplyRules;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.PathRules.EscapedSlashes;
import io.headgate.xds.model.http.RequestIdRules;
import io.headgate.xds.model.http.ServerHeader;
import io.headgate.xds.model.http.ServerHeader.Transformation;
import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.value.CidrRange;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decodes how a connection manager cleans and completes heads. */
final class HttpRulesDecoder {
  private static final Map<String, EscapedSlashes> SLASHES =
      Map.of(
          "IMPLEMENTATION_SPECIFIC_DEFAULT", EscapedSlashes.KEEP_UNCHANGED,
          "KEEP_UNCHANGED", EscapedSlashes.KEEP_UNCHANGED,
          "REJECT_REQUEST", EscapedSlashes.REJECT_REQUEST,
          "UNESCAPE_AND_REDIRECT", EscapedSlashes.UNESCAPE_AND_REDIRECT,
          "UNESCAPE_AND_FORWARD", EscapedSlashes.UNESCAPE_AND_FORWARD);
  private static final Map<String, Transformation> TRANSFORMATIONS =
      Map.of(
          "OVERWRITE", Transformation.OVERWRITE,
          "APPEND_IF_ABSENT", Transformation.APPEND_IF_ABSENT,
          "PASS_THROUGH", Transformation.PASS_THROUGH);

  private static final Map<String, Codec> CODECS =
      Map.of("AUTO", Codec.AUTO, "HTTP1", Codec.HTTP1, "HTTP2", Codec.HTTP2);

  private static final Map<String, Extension<Detection>> DETECTIONS =
      Map.of(
          XffConfig.getDescriptor().getFullName(),
          new Extension<>(XffConfig.getDefaultInstance(), HttpRulesDecoder::xff));

  private static final Map<String, Mode> CLIENT_CERTS =
      Map.of(
          "SANITIZE", Mode.SANITIZE,
          "FORWARD_ONLY", Mode.FORWARD_ONLY,
          "APPEND_FORWARD", Mode.APPEND_FORWARD,
          "SANITIZE_SET", Mode.SANITIZE_SET,
          "ALWAYS_FORWARD_ONLY", Mode.ALWAYS_FORWARD_ONLY);

  private HttpRulesDecoder() {}

  static HttpRules decode(MessageReader r, UnderscoreHeaders underscores) {
    ForwardedRules forwarded =
        r.build(() ->
            new ForwardedRules(
                r.wrappedBool("use_remote_address", false),
                r.small("xff_num_trusted_hops"),
                r.bool("skip_xff_append"),
                r.bool("append_x_forwarded_port"),
                r.string("via"),
                r.message(
                    "internal_address_config",
                    List.of(),
                    i -> {
                      i.accept("unix_sockets"); // no listener is one
                      return i.list("cidr_ranges", Shared::cidr);
                    }),
                detection(r)));
    RequestIdRules requestId =
        new RequestIdRules(
            r.wrappedBool("generate_request_id", true),
            r.bool("preserve_external_request_id"),
            r.bool("always_set_request_id_in_response"));
    PathRules path = r.build(() -> path(r));
    Transformation transformation = r.oneOf("server_header_transformation", TRANSFORMATIONS);
    String serverName = r.string("server_name", ServerHeader.DEFAULT.name());
    HttpProtocols protocols = protocols(r);
    LocalReplyRules local =
        r.message("local_reply_config", LocalReplyRules.NONE, LocalReplyCodec::decode);
    boolean addUserAgent = r.wrappedBool("add_user_agent", false);
    r.onlyBool("stream_error_on_invalid_http_message", false);
    r.onlyBool("add_proxy_protocol_connection_state", true);
    ClientCertRules clientCert = r.build(() -> clientCert(r));
    return new HttpRules(
        r.built(forwarded),
        requestId,
        new HttpRules.Cleaning(r.built(path), underscores),
        new HttpRules.Answers(new ServerHeader(serverName, r.built(transformation)), local),
        protocols,
        addUserAgent,
        r.built(clientCert));
  }

  private static @Nullable Detection detection(MessageReader r) {
    List<Detection> all =
        r.list(
            "original_ip_detection_extensions",
            e -> {
              e.accept("name");
              Detection found = e.extension("typed_config", DETECTIONS);
              return e.need("typed_config", found);
            });
    if (all.size() > 1) {
      r.refuse("original_ip_detection_extensions", "only one is implemented", "keep one of them");
    }
    return all.isEmpty() ? null : all.getFirst();
  }

  private static Detection xff(MessageReader r) {
    int hops = r.small("xff_num_trusted_hops");
    List<CidrRange> trusted =
        r.message("xff_trusted_cidrs", List.of(), t -> t.list("cidrs", Shared::cidr));
    return new Detection(trusted, hops, r.wrappedBool("skip_xff_append", true));
  }

  private static ClientCertRules clientCert(MessageReader r) {
    Mode mode = r.oneOf("forward_client_cert_details", CLIENT_CERTS);
    Set<Detail> details = r.message("set_current_client_cert_details", HttpRulesDecoder::details);
    Mode known = r.built(mode);
    boolean used = known == Mode.APPEND_FORWARD || known == Mode.SANITIZE_SET;
    return new ClientCertRules(known, details == null || !used ? Set.of() : details);
  }

  private static Set<Detail> details(MessageReader r) {
    Set<Detail> details = EnumSet.noneOf(Detail.class);
    if (r.wrappedBool("subject", false)) {
      details.add(Detail.SUBJECT);
    }
    if (r.bool("cert")) {
      details.add(Detail.CERT);
    }
    if (r.bool("chain")) {
      details.add(Detail.CHAIN);
    }
    if (r.bool("dns")) {
      details.add(Detail.DNS);
    }
    if (r.bool("uri")) {
      details.add(Detail.URI);
    }
    return details;
  }

  private static HttpProtocols protocols(MessageReader r) {
    Codec codec = r.oneOf("codec_type", CODECS);
    Http1Options http1 =
        r.message("http_protocol_options", Http1Options.DEFAULT, Http1Codec::decode);
    Http2Options http2 =
        r.message("http2_protocol_options", Http2Options.DEFAULT, Http2Codec::decode);
    Upgrades upgrades = r.build(() -> UpgradesCodec.decode(r));
    return new HttpProtocols(
        r.built(codec), http1, http2, r.built(upgrades), r.bool("proxy_100_continue"));
  }

  private static PathRules path(MessageReader r) {
    EscapedSlashes slashes = r.oneOf("path_with_escaped_slashes_action", SLASHES);
    return new PathRules(
        r.wrappedBool("normalize_path", false),
        r.bool("merge_slashes"),
        r.built(slashes),
        r.bool("strip_matching_host_port"),
        r.bool("strip_any_host_port"),
        r.bool("strip_trailing_host_dot"));
  }
}
