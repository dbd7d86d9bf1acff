package io.headgate.xds.codec.transport;

import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolPassThroughTLVs;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolPassThroughTLVs.PassTLVsMatchType;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.listener.ProxyProtocol;
import io.headgate.xds.model.listener.ProxyProtocol.Passed;
import io.headgate.xds.model.listener.ProxyProtocol.Version;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Decodes and encodes the listener filter for PROXY protocol. */
public final class ProxyProtocolCodec {
  static final Map<String, Version> VERSIONS = Map.of("V1", Version.V1, "V2", Version.V2);

  private static final String NAMESPACE = "envoy.filters.listener.proxy_protocol";

  private ProxyProtocolCodec() {}

  public static ProxyProtocol decode(MessageReader r) {
    Set<Version> disallowed = new LinkedHashSet<>();
    for (int number : r.enumNumbers("disallowed_versions")) {
      switch (number) {
        case ProxyProtocolConfig.Version.V1_VALUE -> disallowed.add(Version.V1);
        case ProxyProtocolConfig.Version.V2_VALUE -> disallowed.add(Version.V2);
        default -> r.refuse("disallowed_versions", "there is no such version", "use V1 or V2");
      }
    }
    List<ProxyProtocol.Rule> rules = r.list("rules", ProxyProtocolCodec::rule);
    return new ProxyProtocol(
        r.bool("allow_requests_without_proxy_protocol"),
        disallowed,
        rules,
        r.message("pass_through_tlvs", Passed.NONE, ProxyProtocolCodec::passed),
        r.string("stat_prefix"));
  }

  private static ProxyProtocol.Rule rule(MessageReader r) {
    int type = r.small("tlv_type");
    ProxyProtocol.Rule rule =
        r.message(
            "on_tlv_present",
            p ->
                new ProxyProtocol.Rule(
                    type, p.string("metadata_namespace", NAMESPACE), p.string("key")));
    return r.need("on_tlv_present", rule);
  }

  static Passed passed(MessageReader r) {
    boolean all =
        Objects.equals(r.oneOf("match_type", Map.of("INCLUDE_ALL", true, "INCLUDE", false)), true);
    return new Passed(all, new HashSet<>(Shared.ints(r.integers("tlv_type"))));
  }

  public static io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol
      encode(ProxyProtocol filter) {
    var builder =
        io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol.newBuilder()
            .setAllowRequestsWithoutProxyProtocol(filter.optional())
            .setStatPrefix(filter.statPrefix());
    filter.disallowed().stream()
        .sorted()
        .forEach(version -> builder.addDisallowedVersions(encode(version)));
    for (ProxyProtocol.Rule rule : filter.rules()) {
      builder
          .addRulesBuilder()
          .setTlvType(rule.type())
          .getOnTlvPresentBuilder()
          .setMetadataNamespace(rule.namespace())
          .setKey(rule.key());
    }
    if (!filter.passed().equals(Passed.NONE)) {
      builder.setPassThroughTlvs(encode(filter.passed()));
    }
    return builder.build();
  }

  public static ProxyProtocolConfig.Version encode(Version version) {
    return switch (version) {
      case V1 -> ProxyProtocolConfig.Version.V1;
      case V2 -> ProxyProtocolConfig.Version.V2;
    };
  }

  public static ProxyProtocolPassThroughTLVs encode(Passed passed) {
    return ProxyProtocolPassThroughTLVs.newBuilder()
        .setMatchType(passed.all() ? PassTLVsMatchType.INCLUDE_ALL : PassTLVsMatchType.INCLUDE)
        .addAllTlvType(passed.types().stream().sorted().toList())
        .build();
  }
}
