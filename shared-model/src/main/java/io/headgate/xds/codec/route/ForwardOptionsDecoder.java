package io.headgate.xds.codec.route;

import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Extension;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.http.Upgrades;
import io.headgate.xds.model.route.ClusterName;
import io.headgate.xds.model.route.ForwardOptions;
import io.headgate.xds.model.route.HashPolicy;
import io.headgate.xds.model.route.InternalRedirects;
import io.headgate.xds.model.route.Mirror;
import io.headgate.xds.model.route.RegexRewrite;
import io.headgate.xds.model.value.RuntimeFraction;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decodes the rarer parts of forwarding: hash policies, mirrors, internal redirects. */
final class ForwardOptionsDecoder {
  private static final Map<String, Extension<InternalRedirects.Targets>> PREDICATES =
      Map.of(
          "envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig",
          new Extension<>(
              PreviousRoutesConfig.getDefaultInstance(),
              p -> new InternalRedirects.Targets(true, false, null)),
          "envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig",
          new Extension<>(
              SafeCrossSchemeConfig.getDefaultInstance(),
              p -> new InternalRedirects.Targets(false, true, null)),
          "envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig",
          new Extension<>(
              AllowListedRoutesConfig.getDefaultInstance(),
              p -> new InternalRedirects.Targets(false, false, p.strings("allowed_route_names"))));

  private ForwardOptionsDecoder() {}

  static ForwardOptions decode(MessageReader r) {
    Upgrades upgrades = r.build(() -> UpgradesCodec.decode(r));
    List<HashPolicy> hashes = r.list("hash_policy", ForwardOptionsDecoder::hash);
    List<Mirror> mirrors = mirrors(r);
    InternalRedirects redirects =
        r.message("internal_redirect_policy", ForwardOptionsDecoder::redirects);
    return new ForwardOptions(r.built(upgrades), hashes, mirrors, redirects);
  }

  static List<Mirror> mirrors(MessageReader r) {
    return r.list("request_mirror_policies", ForwardOptionsDecoder::mirror);
  }

  private static Mirror mirror(MessageReader r) {
    RuntimeFraction fraction = r.message("runtime_fraction", Shared::runtimeFraction);
    boolean keepHost = r.bool("disable_shadow_host_suffix_append");
    return new Mirror(cluster(r, "cluster", "cluster_header"), fraction, keepHost);
  }

  /** A cluster that is named here or by a header of the request: exactly one of the two. */
  static ClusterName cluster(MessageReader r, String nameField, String headerField) {
    String name = r.string(nameField);
    String header = r.string(headerField);
    if (name.isEmpty() == header.isEmpty()) {
      r.refuse(
          nameField,
          "exactly one of " + nameField + " and " + headerField + " must be set",
          "set one of them");
      throw new Refusal();
    }
    return name.isEmpty() ? new ClusterName(header, true) : ClusterName.of(name);
  }

  private static HashPolicy hash(MessageReader r) {
    boolean terminal = r.bool("terminal");
    HashPolicy.Source source = r.build(() -> source(r));
    return new HashPolicy(r.built(source), terminal);
  }

  private static HashPolicy.Source source(MessageReader r) {
    return switch (r.which("policy_specifier")) {
      case "header" ->
          r.need(
              "header",
              r.message(
                  "header",
                  h -> {
                    String name = h.string("header_name");
                    RegexRewrite rewrite = h.message("regex_rewrite", RewriteDecoder::regex);
                    return new HashPolicy.Source.Header(name, rewrite);
                  }));
      case "cookie" -> r.need("cookie", r.message("cookie", ForwardOptionsDecoder::cookie));
      case "connection_properties" ->
          r.need(
              "connection_properties",
              r.message(
                  "connection_properties",
                  c -> {
                    if (!c.bool("source_ip")) {
                      c.refuse("source_ip", "a hash of nothing", "set it to true");
                    }
                    return new HashPolicy.Source.ClientAddress();
                  }));
      case "query_parameter" ->
          r.need(
              "query_parameter",
              r.message(
                  "query_parameter", q -> new HashPolicy.Source.QueryParameter(q.string("name"))));
      case "" -> throw new Refusal();
      default -> {
        r.refuse(r.which("policy_specifier"));
        throw new Refusal();
      }
    };
  }

  private static HashPolicy.Source cookie(MessageReader r) {
    String name = r.string("name");
    Duration ttl = r.duration("ttl");
    String path = r.string("path");
    Map<String, String> attributes = new LinkedHashMap<>();
    r.list(
        "attributes",
        a -> {
          String value = a.string("value");
          if (attributes.put(a.string("name"), value) != null) {
            a.refuse("name", "an attribute is there twice", "remove one of them");
          }
          return value;
        });
    return new HashPolicy.Source.Cookie(name, ttl, path, attributes);
  }

  private static InternalRedirects redirects(MessageReader r) {
    int max = r.wrappedSmall("max_internal_redirects", 1);
    List<Integer> codes = Shared.ints(r.integers("redirect_response_codes"));
    boolean crossScheme = r.bool("allow_cross_scheme_redirect");
    List<String> headers = r.strings("response_headers_to_copy");
    List<InternalRedirects.Targets> predicates =
        r.list(
            "predicates",
            p -> {
              p.accept("name");
              return p.need("typed_config", p.extension("typed_config", PREDICATES));
            });
    Set<Integer> all = codes.isEmpty() ? Set.of(302) : new LinkedHashSet<>(codes);
    return new InternalRedirects(max, all, crossScheme, headers, merged(predicates));
  }

  private static InternalRedirects.Targets merged(List<InternalRedirects.Targets> predicates) {
    boolean notBefore = false;
    boolean safeScheme = false;
    @Nullable List<String> allowed = null;
    for (InternalRedirects.Targets predicate : predicates) {
      notBefore |= predicate.notBefore();
      safeScheme |= predicate.safeScheme();
      List<String> more = predicate.allowed();
      if (more != null && allowed != null) {
        allowed = allowed.stream().filter(more::contains).toList();
      } else if (more != null) {
        allowed = more;
      }
    }
    return new InternalRedirects.Targets(notBefore, safeScheme, allowed);
  }
}
