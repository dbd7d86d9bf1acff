package io.headgate.dataplane.listener;

import io.headgate.dataplane.observe.Counter;
import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.observe.Scope;
import io.headgate.dataplane.tls.ClientHello;

/** The meters of the look at first bytes, {@code tls_inspector.*}. Thread: any. */
final class InspectorMeters {
  final Counter tooLarge;
  final Counter notFound;
  private final Counter found;
  private final Counter serverName;
  private final Counter noServerName;
  private final Counter alpn;
  private final Counter noAlpn;

  InspectorMeters(Meters meters) {
    Scope scope = meters.scope("tls_inspector");
    tooLarge = scope.counter("client_hello_too_large");
    notFound = scope.counter("tls_not_found");
    found = scope.counter("tls_found");
    serverName = scope.counter("sni_found");
    noServerName = scope.counter("sni_not_found");
    alpn = scope.counter("alpn_found");
    noAlpn = scope.counter("alpn_not_found");
  }

  void found(ClientHello hello) {
    found.add();
    (hello.serverName() == null ? noServerName : serverName).add();
    (hello.alpn().isEmpty() ? noAlpn : alpn).add();
  }
}
