package io.headgate.dataplane.proxyprotocol;

import io.headgate.dataplane.http.Tlv;
import io.headgate.xds.model.listener.ProxyProtocol.Version;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a PROXY header says.
 *
 * @param ends null when it names nobody: the sender speaks for itself, or does not know
 */
public record ProxyHeader(Version version, @Nullable Ends ends, List<Tlv> values) {
  /** Who the client is, and where it went to. */
  public record Ends(InetSocketAddress source, InetSocketAddress destination) {}

  public ProxyHeader {
    values = List.copyOf(values);
  }
}
