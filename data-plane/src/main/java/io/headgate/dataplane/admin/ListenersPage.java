package io.headgate.dataplane.admin;

import io.envoyproxy.envoy.admin.v3.Listeners;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.headgate.dataplane.admin.AdminFacts.Bound;
import java.util.List;

/** Writes bound listeners, in Envoy's two formats. */
final class ListenersPage {
  private ListenersPage() {}

  static String text(List<Bound> listeners) {
    StringBuilder out = new StringBuilder();
    listeners.forEach(l -> out.append(l.name()).append("::").append(l.address()).append('\n'));
    return out.toString();
  }

  static String json(List<Bound> listeners) {
    Listeners.Builder all = Listeners.newBuilder();
    for (Bound listener : listeners) {
      all.addListenerStatusesBuilder()
          .setName(listener.name())
          .setLocalAddress(
              Address.newBuilder()
                  .setSocketAddress(
                      SocketAddress.newBuilder()
                          .setAddress(listener.address().host())
                          .setPortValue(listener.address().port())));
    }
    return ConfigDumpCodec.json(all.build());
  }
}
