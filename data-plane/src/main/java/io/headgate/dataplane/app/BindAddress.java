package io.headgate.dataplane.app;

import io.headgate.xds.model.Listener;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.value.Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Puts one address in the place of a listener's wildcard. */
final class BindAddress {
  private final @Nullable String address;

  /** With null listeners stay as they are. */
  BindAddress(@Nullable String address) {
    this.address = address;
  }

  Listener applyTo(Listener listener) {
    if (address == null || !isWildcard(listener.address().host())) {
      return listener;
    }
    return new Listener(
        listener.name(),
        new Address(address, listener.address().port()),
        listener.filterChains(),
        listener.defaultFilterChain(),
        listener.options());
  }

  Bootstrap applyTo(Bootstrap bootstrap) {
    return new Bootstrap(
        bootstrap.node(),
        bootstrap.listeners().stream().map(this::applyTo).toList(),
        bootstrap.clusters(),
        bootstrap.dynamicResources(),
        bootstrap.admin(),
        bootstrap.reports(),
        bootstrap.overload(),
        bootstrap.secrets());
  }

  private static boolean isWildcard(String host) {
    try {
      return InetAddress.ofLiteral(host).isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
