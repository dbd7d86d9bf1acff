package io.headgate.dataplane.listener;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.xds.model.listener.ProxyProtocol.Version;
import java.util.Locale;

/** What is counted of PROXY headers, {@code proxy_proto.[<stat_prefix>.]*}, as in Envoy. */
final class ProxyProtocolMeters {
  final Counter notFoundAllowed;
  final Counter notFoundDisallowed;
  private final Counter[] found = new Counter[Version.values().length];
  private final Counter[] disallowed = new Counter[Version.values().length];
  private final Counter[] error = new Counter[Version.values().length];

  ProxyProtocolMeters(Meters meters, String statPrefix) {
    Scope all = meters.scope("proxy_proto");
    Scope scope = statPrefix.isEmpty() ? all : all.scope(statPrefix);
    notFoundAllowed = scope.counter("not_found_allowed");
    notFoundDisallowed = scope.counter("not_found_disallowed");
    for (Version version : Version.values()) {
      Scope own = scope.scope("versions." + version.name().toLowerCase(Locale.ROOT));
      found[version.ordinal()] = own.counter("found");
      disallowed[version.ordinal()] = own.counter("disallowed");
      error[version.ordinal()] = own.counter("error");
    }
  }

  Counter found(Version version) {
    return found[version.ordinal()];
  }

  Counter disallowed(Version version) {
    return disallowed[version.ordinal()];
  }

  Counter error(Version version) {
    return error[version.ordinal()];
  }
}
