package io.headgate.dataplane.cluster;

import io.headgate.dataplane.codec.h2.H2Meters;
import io.headgate.dataplane.health.OutlierDetector;
import io.headgate.dataplane.health.OutlierSettings;
import io.headgate.dataplane.lb.BalancerFactory;
import io.headgate.dataplane.lb.LbSettings;
import io.headgate.dataplane.lb.leastrequest.LeastRequest;
import io.headgate.dataplane.lb.maglev.Maglev;
import io.headgate.dataplane.lb.ringhash.RingHash;
import io.headgate.dataplane.lb.roundrobin.RoundRobin;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.tls.ClientTlsSlot;
import io.headgate.dataplane.tls.SecretLookup;
import io.headgate.dataplane.tls.TlsMeters;
import io.headgate.dataplane.upstream.Connector;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.cluster.ClusterOptions;
import io.headgate.xds.model.cluster.LoadBalancing;
import io.headgate.xds.model.cluster.OutlierDetection;
import io.headgate.xds.model.cluster.UpstreamHttp;
import io.headgate.xds.model.tls.UpstreamTls;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's config comes to: all that requests read of it, swapped as one.
 *
 * @param config as received
 * @param connector makes connections of the configured protocol
 * @param outlier null when passive health is off
 */
record ClusterState(
    Cluster config,
    LbSettings balancing,
    Connector connector,
    Connector.Options connecting,
    @Nullable OutlierDetector outlier) {

  /** Whether connections of the other state can serve requests of this one. */
  boolean speaksLike(ClusterState other) {
    return Objects.equals(http().http2(), other.http().http2())
        && Objects.equals(config.options().tls(), other.config.options().tls())
        && Objects.equals(config.options().proxyProtocol(), other.config.options().proxyProtocol());
  }

  UpstreamHttp http() {
    return connecting.http();
  }

  static LbSettings balancing(LoadBalancing balancing) {
    BalancerFactory policy =
        switch (balancing.policy()) {
          case LoadBalancing.Policy.RoundRobin _ -> RoundRobin.FACTORY;
          case LoadBalancing.Policy.LeastRequest least -> LeastRequest.factory(least.choiceCount());
          case LoadBalancing.Policy.RingHash(long min, long max, boolean byHostname) ->
              RingHash.factory(min, max, byHostname);
          case LoadBalancing.Policy.Maglev(int size, boolean byHostname) ->
              Maglev.factory(size, byHostname);
        };
    return new LbSettings(
        policy,
        balancing.panicThresholdPercent(),
        LbSettings.DEFAULT_OVERPROVISIONING_PERCENT,
        balancing.localityWeighted());
  }

  /** The TLS of the state before is kept when it is the same: so are its sessions. */
  private static @Nullable ClientTlsSlot tls(
      Cluster config, @Nullable ClusterState before, Scope scope, SecretLookup secrets) {
    UpstreamTls tls = config.options().tls();
    if (tls == null) {
      return null;
    }
    String alpn = config.options().http().http2() == null ? "http/1.1" : "h2";
    if (before != null && before.hasTlsOf(config)) {
      return before.connecting().tls();
    }
    return new ClientTlsSlot(tls, alpn, new TlsMeters(scope, false), secrets);
  }

  /** Whether connections are secured as the other config says. */
  boolean hasTlsOf(Cluster other) {
    return Objects.equals(config.options().tls(), other.options().tls())
        && (config.options().http().http2() == null) == (other.options().http().http2() == null);
  }

  static Connector.Options connecting(
      Cluster config, @Nullable ClusterState before, Scope scope, SecretLookup secrets) {
    ClusterOptions options = config.options();
    return new Connector.Options(
        Math.clamp(config.connectTimeout().toMillis(), 1, Integer.MAX_VALUE),
        options.http(),
        options.perConnectionBufferLimitBytes(),
        options.http().http2() == null ? null : new H2Meters(scope.scope("http2")),
        tls(config, before, scope, secrets),
        null,
        null);
  }

  static OutlierSettings outlier(OutlierDetection config) {
    OutlierDetection.Ejection ejection = config.ejection();
    return new OutlierSettings(
        new OutlierSettings.Thresholds(
            row(config.serverErrors()),
            row(config.gatewayFailures()),
            row(config.localOriginFailures())),
        config.splitLocalOrigin(),
        new OutlierSettings.Times(
            ejection.interval().toNanos(),
            ejection.baseTime().toNanos(),
            ejection.maxTime().toNanos(),
            ejection.maxTimeJitter().toNanos()),
        ejection.maxPercent(),
        ejection.alwaysEjectOneHost());
  }

  private static OutlierSettings.Row row(OutlierDetection.Consecutive kind) {
    return new OutlierSettings.Row(kind.threshold(), kind.enforcingPercent());
  }
}
