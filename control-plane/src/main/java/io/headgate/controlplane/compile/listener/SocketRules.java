package io.headgate.controlplane.compile.listener;

import io.headgate.controlplane.compile.value.EdgeDefaults;
import io.headgate.fleet.ClientSettings;
import io.headgate.fleet.ClientSettings.Connections;
import io.headgate.xds.model.listener.AcceptRules;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.listener.ProxyProtocol;
import io.headgate.xds.model.listener.ProxyProtocol.Passed;
import io.headgate.xds.model.listener.ProxyProtocol.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to the socket of a port, and so is the same for all of its listeners.
 *
 * <p>Thread: any; stateless.
 */
public final class SocketRules {
  private SocketRules() {}

  public static ListenerOptions of(boolean tls, ClientSettings settings) {
    AcceptRules plain = AcceptRules.DEFAULT;
    return new ListenerOptions(
        Objects.requireNonNullElse(
            settings.connections().bufferBytes(), EdgeDefaults.BUFFER_LIMIT_BYTES),
        true,
        0,
        tls,
        "",
        new AcceptRules(
            plain.filtersTimeout(),
            plain.continueOnTimeout(),
            plain.ignoreGlobalLimit(),
            plain.bypassOverload(),
            LimitRules.client(settings),
            header(settings.connections().proxyProtocol()),
            plain.drainsOnlyWhenModified()));
  }

  private static @Nullable ProxyProtocol header(io.headgate.fleet.@Nullable ProxyProtocol wanted) {
    if (wanted == null) {
      return null;
    }
    Set<Version> refused =
        Stream.of(io.headgate.fleet.ProxyProtocol.Version.values())
            .filter(version -> !wanted.versions().contains(version))
            .map(SocketRules::version)
            .collect(Collectors.toSet());
    return new ProxyProtocol(wanted.optional(), refused, List.of(), Passed.NONE, "");
  }

  public static Version version(io.headgate.fleet.ProxyProtocol.Version wanted) {
    return switch (wanted) {
      case V1 -> Version.V1;
      case V2 -> Version.V2;
    };
  }

  /** The fields in which what one policy wants is not what holds for the port. */
  static List<String> differing(ClientSettings wanted, ClientSettings ofPort) {
    Connections own = wanted.connections();
    Connections shared = ofPort.connections();
    List<String> found = new ArrayList<>();
    differing("proxyProtocol", own.proxyProtocol(), shared.proxyProtocol(), found);
    differing("connection.bufferLimit", own.bufferBytes(), shared.bufferBytes(), found);
    differing(
        "connection.connectionLimit.maxConnectionsPerClient",
        own.maxPerClient(),
        shared.maxPerClient(),
        found);
    differing("connection.requestRate", own.requestRate(), shared.requestRate(), found);
    return found;
  }

  private static void differing(
      String field, @Nullable Object own, @Nullable Object shared, List<String> to) {
    if (!Objects.equals(own, shared)) {
      to.add(field);
    }
  }
}
