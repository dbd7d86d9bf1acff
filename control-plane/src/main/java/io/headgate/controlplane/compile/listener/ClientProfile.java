package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientSettings.Addresses;
import io.headgate.fleet.ClientSettings.Connections;
import io.headgate.fleet.ClientSettings.HeaderRules;
import io.headgate.fleet.ClientSettings.Protocols;
import io.headgate.fleet.ClientSettings.RequestLimits;
import io.headgate.fleet.ClientSettings.Timeouts;
import io.headgate.fleet.ClientTelemetry;
import io.headgate.fleet.ClientTrafficPolicy.Profile;
import io.headgate.fleet.Http2Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each profile sets where its policy says nothing; {@code docs/policies.md} has the table.
 *
 * <p>Thread: any; stateless.
 */
public final class ClientProfile {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** Requests that are small and answered soon: whoever is slow gives way. */
  private static final ClientSettings API =
      new ClientSettings(
          new Timeouts(
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              Duration.ofMinutes(5),
              Duration.ofSeconds(30),
              Duration.ofMinutes(2),
              null,
              Duration.ofSeconds(5)),
          new Connections(Duration.ofHours(1), null, null, null, null, 32 * KIB, null),
          new RequestLimits(null, null, 4 * KIB, List.of(), (long) MIB, List.of()),
          new Protocols(null, null, Map.of("websocket", false)),
          HeaderRules.NONE,
          Addresses.NONE,
          ClientTelemetry.NONE);

  /**
   * Streams that are silent for long: small buffers, because there are many, and pings, because the
   * other end goes away unseen.
   */
  private static final ClientSettings LONGLIVED =
      new ClientSettings(
          new Timeouts(
              null,
              Duration.ZERO,
              Duration.ofHours(1),
              Duration.ofHours(1),
              Duration.ZERO,
              Duration.ofMinutes(1),
              null),
          new Connections(null, null, null, null, null, 16 * KIB, null),
          RequestLimits.NONE,
          new Protocols(
              null,
              new Http2Settings(
                  Http2Settings.Windows.NONE,
                  null,
                  null,
                  null,
                  true,
                  new Http2Settings.Keepalive(
                      Duration.ofSeconds(30), Duration.ofSeconds(10), null, null),
                  Http2Settings.Floods.NONE),
              Map.of("websocket", true)),
          HeaderRules.NONE,
          Addresses.NONE,
          ClientTelemetry.NONE);

  /**
   * Large bodies: time for the whole, none for silence; few streams with larger windows, so that
   * one connection cannot hold much memory.
   */
  private static final ClientSettings UPLOAD =
      new ClientSettings(
          new Timeouts(
              null,
              Duration.ofHours(1),
              Duration.ofMinutes(1),
              Duration.ofMinutes(1),
              Duration.ZERO,
              Duration.ofMinutes(1),
              null),
          new Connections(null, null, null, null, null, 64 * KIB, null),
          new RequestLimits(null, null, null, List.of(), 5L << 30, List.of()),
          new Protocols(
              null,
              new Http2Settings(
                  new Http2Settings.Windows(256 * KIB, MIB),
                  16,
                  null,
                  null,
                  null,
                  null,
                  Http2Settings.Floods.NONE),
              Map.of("websocket", false)),
          HeaderRules.NONE,
          Addresses.NONE,
          ClientTelemetry.NONE);

  private ClientProfile() {}

  public static ClientSettings settings(@Nullable Profile profile) {
    return switch (profile) {
      case null -> ClientSettings.NONE;
      case API -> API;
      case LONGLIVED -> LONGLIVED;
      case UPLOAD -> UPLOAD;
    };
  }

  /** The time that an answer may take where neither route nor backend says it. */
  public static Duration routeTimeout(@Nullable Profile profile) {
    return switch (profile) {
      case null -> EdgeDefaults.ROUTE_TIMEOUT;
      case API -> EdgeDefaults.ROUTE_TIMEOUT;
      case LONGLIVED -> Duration.ZERO;
      case UPLOAD -> Duration.ofMinutes(1);
    };
  }
}
