package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.value.Http2Rules;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientSettings.Connections;
import io.headgate.fleet.ClientSettings.Protocols;
import io.headgate.fleet.ClientSettings.RequestLimits;
import io.headgate.fleet.ClientSettings.Timeouts;
import io.headgate.fleet.ClientTrafficPolicy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says, and where it says nothing, what its profile says.
 *
 * <p>Thread: any; stateless.
 */
public final class ClientOverlay {
  private ClientOverlay() {}

  public static ClientSettings of(Optional<ClientTrafficPolicy> policy) {
    if (policy.isEmpty()) {
      return ClientSettings.NONE;
    }
    ClientSettings own = policy.get().settings();
    ClientSettings preset = ClientProfile.settings(policy.get().profile());
    return new ClientSettings(
        timeouts(own.timeouts(), preset.timeouts()),
        connections(own.connections(), preset.connections()),
        limits(own.limits(), preset.limits()),
        protocols(own.protocols(), preset.protocols()),
        own.headers(),
        own.addresses(),
        own.telemetry());
  }

  private static Timeouts timeouts(Timeouts own, Timeouts preset) {
    return new Timeouts(
        or(own.requestHeaders(), preset.requestHeaders()),
        or(own.request(), preset.request()),
        or(own.idle(), preset.idle()),
        or(own.streamIdle(), preset.streamIdle()),
        or(own.maxStream(), preset.maxStream()),
        or(own.drain(), preset.drain()),
        or(own.tlsHandshake(), preset.tlsHandshake()));
  }

  private static Connections connections(Connections own, Connections preset) {
    return new Connections(
        or(own.maxAge(), preset.maxAge()),
        or(own.safeMaxAge(), preset.safeMaxAge()),
        or(own.maxRequests(), preset.maxRequests()),
        or(own.maxPerClient(), preset.maxPerClient()),
        or(own.requestRate(), preset.requestRate()),
        or(own.bufferBytes(), preset.bufferBytes()),
        own.proxyProtocol());
  }

  private static RequestLimits limits(RequestLimits own, RequestLimits preset) {
    return new RequestLimits(
        or(own.headerKib(), preset.headerKib()),
        or(own.headerCount(), preset.headerCount()),
        or(own.urlBytes(), preset.urlBytes()),
        own.urlExceptions(),
        or(own.bodyBytes(), preset.bodyBytes()),
        own.routeBodies());
  }

  private static Protocols protocols(Protocols own, Protocols preset) {
    return new Protocols(
        or(own.http1(), preset.http1()),
        Http2Rules.over(own.http2(), preset.http2()),
        or(own.upgrades(), preset.upgrades()));
  }

  private static <T> @Nullable T or(@Nullable T value, @Nullable T otherwise) {
    return value == null ? otherwise : value;
  }
}
