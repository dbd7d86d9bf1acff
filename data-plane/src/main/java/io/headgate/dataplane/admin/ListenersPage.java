package io.headgate.dataplane.admin;

import io.envoyproxy.envoy.admin.v3.ListenerStatus;
import io.envoyproxy.envoy.admin.v3.Listeners;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.headgate.dataplane.admin.AdminFacts.Bound;
import io.headgate.xds.model.value.ListenAddress;
import java.util.List;

/** Writes bound listeners, in Envoy's two formats. */
final class ListenersPage {
  private ListenersPage() {}

  static String text(List<Bound> listeners) {
    StringBuilder out = new StringBuilder();
    for (Bound listener : listeners) {
      for (ListenAddress address : listener.addresses()) {
        out.append(listener.name()).append("::").append(address).append('\n');
      }
    }
    return out.toString();
  }

  static String json(List<Bound> listeners) {
    Listeners.Builder all = Listeners.newBuilder();
    for (Bound listener : listeners) {
      ListenerStatus.Builder status = all.addListenerStatusesBuilder().setName(listener.name());
      for (ListenAddress address : listener.addresses()) {
        if (status.hasLocalAddress()) {
          status.addAdditionalLocalAddresses(proto(address));
        } else {
          status.setLocalAddress(proto(address));
        }
      }
    }
    return ConfigDumpCodec.json(all.build());
  }

  private static Address proto(ListenAddress address) {
    io.headgate.xds.model.value.Address ip = address.ip();
    return ip == null
        ? Address.newBuilder().setPipe(Pipe.newBuilder().setPath(address.toString())).build()
        : Address.newBuilder()
            .setSocketAddress(
                SocketAddress.newBuilder().setAddress(ip.host()).setPortValue(ip.port()))
            .build();
  }
}
