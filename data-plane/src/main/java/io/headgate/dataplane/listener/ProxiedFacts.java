package io.headgate.dataplane.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.Tlv;
import io.headgate.dataplane.proxyprotocol.ProxyHeader;
import io.headgate.xds.model.listener.ProxyProtocol;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a listener keeps of a PROXY header besides the addresses. */
final class ProxiedFacts {
  private ProxiedFacts() {}

  static ConnectionInfo.Proxied of(ProxyProtocol filter, ProxyHeader header, SocketAddress peer) {
    List<Tlv> values = new ArrayList<>();
    Map<String, Map<String, String>> metadata = new HashMap<>();
    for (Tlv tlv : header.values()) {
      if (filter.passed().contains(tlv.type())) {
        values.add(tlv);
      }
      for (ProxyProtocol.Rule rule : filter.rules()) {
        if (rule.type() == tlv.type()) {
          metadata
              .computeIfAbsent(rule.namespace(), _ -> new HashMap<>())
              .put(rule.key(), new String(tlv.value(), UTF_8));
        }
      }
    }
    return new ConnectionInfo.Proxied(peer, List.copyOf(values), Map.copyOf(metadata));
  }
}
