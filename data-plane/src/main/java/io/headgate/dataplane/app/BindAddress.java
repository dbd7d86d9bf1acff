package io.headgate.dataplane.app;

import io.headgate.xds.model.Listener;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.listener.ListenerOptions;
import io.headgate.xds.model.value.Address;
import io.headgate.xds.model.value.ListenAddress;
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
    if (address == null || listener.addresses().stream().noneMatch(BindAddress::isWildcard)) {
      return listener;
    }
    ListenerOptions options = listener.options();
    return new Listener(
        listener.name(),
        narrowed(listener.address(), address),
        listener.filterChains(),
        listener.defaultFilterChain(),
        new ListenerOptions(
            options.perConnectionBufferLimitBytes(),
            options.reusePort(),
            options.tcpBacklogSize(),
            options.tlsInspector(),
            options.statPrefix(),
            options.accept(),
            options.additionalAddresses().stream().map(a -> narrowed(a, address)).toList()));
  }

  private static ListenAddress narrowed(ListenAddress wide, String host) {
    Address ip = wide.ip();
    return ip != null && isWildcard(wide) ? new Address(host, ip.port()) : wide;
  }

  private static boolean isWildcard(ListenAddress address) {
    return address.ip() != null && isWildcard(address.ip().host());
  }

  Bootstrap applyTo(Bootstrap bootstrap) {
    return new Bootstrap(
        bootstrap.node(),
        new Bootstrap.StaticResources(
            bootstrap.listeners().stream().map(this::applyTo).toList(),
            bootstrap.clusters(),
            bootstrap.secrets()),
        bootstrap.dynamicResources(),
        bootstrap.admin(),
        bootstrap.reports(),
        bootstrap.process());
  }

  private static boolean isWildcard(String host) {
    try {
      return InetAddress.ofLiteral(host).isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
