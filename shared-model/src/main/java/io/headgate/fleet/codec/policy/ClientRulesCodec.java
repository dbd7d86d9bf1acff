package io.headgate.fleet.codec.policy;

import io.headgate.fleet.ClientSettings.Addresses;
import io.headgate.fleet.ClientSettings.EscapedSlashes;
import io.headgate.fleet.ClientSettings.HeaderRules;
import io.headgate.fleet.ClientSettings.PathRules;
import io.headgate.fleet.ClientSettings.Protocols;
import io.headgate.fleet.ClientSettings.RequestId;
import io.headgate.fleet.ClientSettings.ServerAction;
import io.headgate.fleet.ClientSettings.ServerHeader;
import io.headgate.fleet.ClientSettings.StripPort;
import io.headgate.fleet.ClientSettings.Underscores;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.ClientHeaders;
import io.headgate.proto.config.v1.ClientIPDetection;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import io.headgate.proto.config.v1.HttpUpgrade;
import io.headgate.proto.config.v1.PathSettings;
import io.headgate.proto.config.v1.XForwardedFor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Protocols, headers, paths and addresses of the listener side, between message and record. */
final class ClientRulesCodec {
  // RFC 9110 section 5.6.2, with the version that an upgrade may name.
  private static final Pattern UPGRADE =
      Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+(/[A-Za-z0-9.]+)?");

  private ClientRulesCodec() {}

  static Protocols protocols(ClientTrafficPolicySpec spec, Scope at) {
    return new Protocols(
        ProtocolCodec.http1(spec.getHttp1(), at.field("http1")),
        ProtocolCodec.http2(spec.getHttp2(), at.field("http2")),
        upgrades(spec.getHttpUpgradeList(), at));
  }

  private static @Nullable Map<String, Boolean> upgrades(List<HttpUpgrade> messages, Scope at) {
    if (messages.isEmpty()) {
      return null;
    }
    Map<String, Boolean> out = new TreeMap<>();
    for (int i = 0; i < messages.size(); i++) {
      String type = messages.get(i).getType().toLowerCase(Locale.ROOT);
      Scope field = at.item("httpUpgrade", i).field("type");
      if (Rules.required(field, type) && !UPGRADE.matcher(type).matches()) {
        field.wrong("is not the name of a protocol", "use websocket or CONNECT");
      } else if (type.equals("h2c")) {
        field.wrong("is never allowed: HTTP/2 in clear text begins with its preface", "remove it");
      } else if (out.put(type, !messages.get(i).getDisabled()) != null) {
        field.wrong("is not unique", "name each protocol once");
      }
    }
    return out;
  }

  static HeaderRules headers(ClientTrafficPolicySpec spec, Scope at) {
    ClientHeaders m = spec.getHeaders();
    Scope headers = at.field("headers");
    return new HeaderRules(
        Rules.word(
            headers.field("withUnderscoresAction"),
            m.getWithUnderscoresAction(),
            Underscores.values()),
        Rules.word(headers.field("requestID"), m.getRequestId(), RequestId.values()),
        m.hasRequestIdInResponse() ? (Boolean) m.getRequestIdInResponse() : null,
        m.hasEnableEnvoyHeaders() ? (Boolean) m.getEnableEnvoyHeaders() : null,
        Rules.orNull(Rules.headerValue(headers.field("via"), m.getVia())),
        m.hasServer() ? server(m.getServer(), headers.field("server")) : null,
        path(spec, at));
  }

  private static ServerHeader server(io.headgate.proto.config.v1.ServerHeader m, Scope at) {
    ServerAction action = Rules.word(at.field("action"), m.getAction(), ServerAction.values());
    return new ServerHeader(
        Rules.orNull(Rules.headerValue(at.field("name"), m.getName())),
        action == null ? ServerAction.OVERWRITE : action);
  }

  private static PathRules path(ClientTrafficPolicySpec spec, Scope at) {
    PathSettings m = spec.getPath();
    return new PathRules(
        Rules.word(
            at.field("path").field("escapedSlashesAction"),
            m.getEscapedSlashesAction(),
            EscapedSlashes.values()),
        m.hasDisableMergeSlashes() ? (Boolean) !m.getDisableMergeSlashes() : null,
        m.hasDisableNormalization() ? (Boolean) !m.getDisableNormalization() : null,
        Rules.word(
            at.field("host").field("stripPort"), spec.getHost().getStripPort(), StripPort.values()),
        spec.getHost().hasStripTrailingDot()
            ? (Boolean) spec.getHost().getStripTrailingDot()
            : null);
  }

  static Addresses addresses(ClientIPDetection message, Scope at) {
    XForwardedFor forwarded = message.getXForwardedFor();
    List<String> internal = new ArrayList<>();
    for (int i = 0; i < message.getInternalCidrsCount(); i++) {
      internal.add(Rules.cidr(at.item("internalCIDRs", i), message.getInternalCidrs(i)));
    }
    return new Addresses(
        Rules.number(
            at.field("xForwardedFor").field("numTrustedHops"),
            forwarded.hasNumTrustedHops(),
            forwarded.getNumTrustedHops(),
            0,
            64),
        forwarded.hasDisableXForwardedForAppend()
            ? (Boolean) forwarded.getDisableXForwardedForAppend()
            : null,
        internal);
  }

  static void write(Protocols protocols, ClientTrafficPolicySpec.Builder spec) {
    Write.ifSet(protocols.http1(), http1 -> ProtocolCodec.write(http1, spec.getHttp1Builder()));
    Write.ifSet(protocols.http2(), http2 -> spec.setHttp2(ProtocolCodec.write(http2)));
    Write.ifSet(
        protocols.upgrades(),
        upgrades ->
            upgrades.forEach((type, on) -> {
              HttpUpgrade.Builder out = spec.addHttpUpgradeBuilder().setType(type);
              if (!on) {
                out.setDisabled(true);
              }
            }));
  }

  static void write(HeaderRules rules, ClientTrafficPolicySpec.Builder spec) {
    Write.word(
        rules.underscores(), text -> spec.getHeadersBuilder().setWithUnderscoresAction(text));
    Write.word(rules.requestId(), text -> spec.getHeadersBuilder().setRequestId(text));
    Write.ifSet(
        rules.requestIdInResponse(), on -> spec.getHeadersBuilder().setRequestIdInResponse(on));
    Write.ifSet(rules.envoyHeaders(), on -> spec.getHeadersBuilder().setEnableEnvoyHeaders(on));
    Write.ifSet(rules.via(), text -> spec.getHeadersBuilder().setVia(text));
    ServerHeader server = rules.server();
    if (server != null) {
      var out = spec.getHeadersBuilder().getServerBuilder().setAction(Rules.camel(server.action()));
      Write.ifSet(server.name(), out::setName);
    }
    PathRules path = rules.path();
    Write.word(path.escapedSlashes(), text -> spec.getPathBuilder().setEscapedSlashesAction(text));
    Write.ifSet(path.mergeSlashes(), on -> spec.getPathBuilder().setDisableMergeSlashes(!on));
    Write.ifSet(path.normalize(), on -> spec.getPathBuilder().setDisableNormalization(!on));
    Write.word(path.stripPort(), text -> spec.getHostBuilder().setStripPort(text));
    Write.ifSet(path.stripTrailingDot(), on -> spec.getHostBuilder().setStripTrailingDot(on));
  }

  static void write(Addresses addresses, ClientTrafficPolicySpec.Builder spec) {
    Write.ifSet(
        addresses.trustedHops(),
        hops ->
            spec.getClientIpDetectionBuilder().getXForwardedForBuilder().setNumTrustedHops(hops));
    Write.ifSet(
        addresses.skipAppend(),
        skip ->
            spec.getClientIpDetectionBuilder()
                .getXForwardedForBuilder()
                .setDisableXForwardedForAppend(skip));
    if (!addresses.internal().isEmpty()) {
      spec.getClientIpDetectionBuilder().addAllInternalCidrs(addresses.internal());
    }
  }
}
