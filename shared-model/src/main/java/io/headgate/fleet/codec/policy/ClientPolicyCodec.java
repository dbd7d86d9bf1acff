package io.headgate.fleet.codec.policy;

import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientSettings.Connections;
import io.headgate.fleet.ClientSettings.RequestRate;
import io.headgate.fleet.ClientSettings.Timeouts;
import io.headgate.fleet.ClientTrafficPolicy;
import io.headgate.fleet.ClientTrafficPolicy.Profile;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.rule.GatewayDuration;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.ClientConnection;
import io.headgate.proto.config.v1.ClientConnectionLimit;
import io.headgate.proto.config.v1.ClientHttpTimeouts;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policies of the listener side between message and record. */
public final class ClientPolicyCodec {
  private static final int MAX_CONNECTIONS = 1_000_000;
  private static final int MAX_REQUESTS = 1_000_000_000;
  private static final int MIN_BUFFER = 4 << 10;
  private static final int MAX_BUFFER = 64 << 20;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private ClientPolicyCodec() {}

  public static ClientTrafficPolicy read(
      io.headgate.proto.config.v1.ClientTrafficPolicy message, ObjectMeta meta, Scope root) {
    ClientTrafficPolicySpec spec = message.getSpec();
    Scope at = root.field("spec");
    return new ClientTrafficPolicy(
        meta,
        PolicyCodec.read(spec.getTargetRefsList(), List.of(Kind.GATEWAY), meta, at),
        profile(spec.getProfile(), at.field("profile")),
        new ClientSettings(
            timeouts(spec, at),
            connections(spec, at),
            ClientLimitsCodec.read(spec, meta, at),
            ClientRulesCodec.protocols(spec, at),
            ClientRulesCodec.headers(spec, at),
            ClientRulesCodec.addresses(spec.getClientIpDetection(), at.field("clientIPDetection")),
            ClientTelemetryCodec.read(spec, meta, at)),
        ClientTlsCodec.read(spec, meta, at));
  }

  private static @Nullable Profile profile(String value, Scope at) {
    return value.isEmpty()
        ? null
        : Rules.choice(at, value, Profile.values(), Profile::text, "is no profile");
  }

  private static Timeouts timeouts(ClientTrafficPolicySpec spec, Scope at) {
    ClientHttpTimeouts m = spec.getTimeout().getHttp();
    Scope http = at.field("timeout").field("http");
    Scope limit = at.field("connection").field("connectionLimit");
    return new Timeouts(
        Rules.duration(http.field("requestHeadersTimeout"), m.getRequestHeadersTimeout()),
        Rules.duration(http.field("requestReceivedTimeout"), m.getRequestReceivedTimeout()),
        Rules.duration(http.field("idleTimeout"), m.getIdleTimeout()),
        Rules.duration(http.field("streamIdleTimeout"), m.getStreamIdleTimeout()),
        Rules.duration(
            limit.field("maxStreamDuration"),
            spec.getConnection().getConnectionLimit().getMaxStreamDuration()),
        Rules.duration(http.field("drainTimeout"), m.getDrainTimeout()),
        Rules.duration(
            at.field("timeout").field("tls").field("handshakeTimeout"),
            spec.getTimeout().getTls().getHandshakeTimeout()));
  }

  private static Connections connections(ClientTrafficPolicySpec spec, Scope at) {
    ClientConnection connection = spec.getConnection();
    ClientConnectionLimit m = connection.getConnectionLimit();
    Scope here = at.field("connection");
    Scope limit = here.field("connectionLimit");
    return new Connections(
        Rules.duration(limit.field("maxConnectionDuration"), m.getMaxConnectionDuration()),
        spec.getHttp1().hasDisableSafeMaxConnectionDuration()
            ? (Boolean) !spec.getHttp1().getDisableSafeMaxConnectionDuration()
            : null,
        Rules.number(
            limit.field("maxRequestsPerConnection"),
            m.hasMaxRequestsPerConnection(),
            m.getMaxRequestsPerConnection(),
            1,
            MAX_REQUESTS),
        Rules.number(
            limit.field("maxConnectionsPerClient"),
            m.hasMaxConnectionsPerClient(),
            m.getMaxConnectionsPerClient(),
            1,
            MAX_CONNECTIONS),
        connection.hasRequestRate()
            ? rate(connection.getRequestRate(), here.field("requestRate"))
            : null,
        Rules.smallBytes(
            here.field("bufferLimit"), connection.getBufferLimit(), MIN_BUFFER, MAX_BUFFER),
        spec.hasProxyProtocol()
            ? ProxyProtocolCodec.read(spec.getProxyProtocol(), at.field("proxyProtocol"))
            : null);
  }

  private static RequestRate rate(io.headgate.proto.config.v1.RequestRate m, Scope at) {
    Integer requests =
        Rules.number(at.field("requests"), m.hasRequests(), m.getRequests(), 1, MAX_REQUESTS);
    if (requests == null) {
      at.wrongField("requests", "is required", "");
      requests = 1;
    }
    Duration interval = Rules.positive(at.field("interval"), m.getInterval());
    Integer burst = Rules.number(at.field("burst"), m.hasBurst(), m.getBurst(), 1, MAX_REQUESTS);
    Integer drain =
        Rules.number(at.field("drainAfter"), m.hasDrainAfter(), m.getDrainAfter(), 1, MAX_REQUESTS);
    return new RequestRate(
        requests,
        interval == null ? SECOND : interval,
        burst == null ? requests : burst,
        drain == null ? 0 : drain);
  }

  public static io.headgate.proto.config.v1.ClientTrafficPolicy write(ClientTrafficPolicy value) {
    ClientTrafficPolicySpec.Builder spec =
        ClientTrafficPolicySpec.newBuilder().addAllTargetRefs(PolicyCodec.write(value.targets()));
    Write.ifSet(value.profile(), profile -> spec.setProfile(profile.text()));
    ClientSettings settings = value.settings();
    write(settings.timeouts(), spec);
    write(settings.connections(), spec);
    ClientLimitsCodec.write(settings.limits(), spec);
    ClientRulesCodec.write(settings.protocols(), spec);
    ClientRulesCodec.write(settings.headers(), spec);
    ClientRulesCodec.write(settings.addresses(), spec);
    ClientTelemetryCodec.write(settings.telemetry(), spec);
    ClientTlsCodec.write(value.tls(), spec);
    return io.headgate.proto.config.v1.ClientTrafficPolicy.newBuilder().setSpec(spec).build();
  }

  private static void write(Timeouts timeouts, ClientTrafficPolicySpec.Builder spec) {
    ClientHttpTimeouts.Builder http = ClientHttpTimeouts.newBuilder();
    Write.duration(timeouts.requestHeaders(), http::setRequestHeadersTimeout);
    Write.duration(timeouts.request(), http::setRequestReceivedTimeout);
    Write.duration(timeouts.idle(), http::setIdleTimeout);
    Write.duration(timeouts.streamIdle(), http::setStreamIdleTimeout);
    Write.duration(timeouts.drain(), http::setDrainTimeout);
    if (!http.build().equals(ClientHttpTimeouts.getDefaultInstance())) {
      spec.getTimeoutBuilder().setHttp(http);
    }
    Write.duration(
        timeouts.tlsHandshake(),
        text -> spec.getTimeoutBuilder().getTlsBuilder().setHandshakeTimeout(text));
    Write.duration(
        timeouts.maxStream(),
        text -> spec.getConnectionBuilder().getConnectionLimitBuilder().setMaxStreamDuration(text));
  }

  private static void write(Connections connections, ClientTrafficPolicySpec.Builder spec) {
    Write.duration(
        connections.maxAge(),
        text ->
            spec.getConnectionBuilder().getConnectionLimitBuilder().setMaxConnectionDuration(text));
    Write.ifSet(
        connections.safeMaxAge(),
        safe -> spec.getHttp1Builder().setDisableSafeMaxConnectionDuration(!safe));
    Write.ifSet(
        connections.maxRequests(),
        max ->
            spec.getConnectionBuilder()
                .getConnectionLimitBuilder()
                .setMaxRequestsPerConnection(max));
    Write.ifSet(
        connections.maxPerClient(),
        max ->
            spec.getConnectionBuilder()
                .getConnectionLimitBuilder()
                .setMaxConnectionsPerClient(max));
    Write.bytes(
        connections.bufferBytes(), text -> spec.getConnectionBuilder().setBufferLimit(text));
    Write.ifSet(
        connections.proxyProtocol(),
        header -> spec.setProxyProtocol(ProxyProtocolCodec.write(header)));
    RequestRate rate = connections.requestRate();
    if (rate != null) {
      io.headgate.proto.config.v1.RequestRate.Builder out =
          spec.getConnectionBuilder()
              .getRequestRateBuilder()
              .setRequests(rate.requests())
              .setInterval(GatewayDuration.format(rate.interval()))
              .setBurst(rate.burst());
      if (rate.drainAfter() > 0) {
        out.setDrainAfter(rate.drainAfter());
      }
    }
  }
}
