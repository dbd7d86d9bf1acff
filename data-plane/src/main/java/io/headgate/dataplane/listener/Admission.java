package io.headgate.dataplane.listener;

import io.headgate.xds.model.listener.AcceptRules;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Decides whether a connection that was accepted may stay: shortage, the process's limit, the limit
 * of its client's address. One that may not is closed without a byte.
 *
 * <p><b>Thread:</b> any; each connection's event loop calls it.
 */
final class Admission {
  private final ListenerMeters meters;
  private final ClientAddresses addresses = new ClientAddresses();

  Admission(ListenerMeters meters) {
    this.meters = meters;
  }

  /** Counts the connection until it closes, or closes it and returns false: the process. */
  boolean admit(Channel channel, PreparedListener config) {
    AcceptRules rules = config.value.options().accept();
    if (!rules.bypassOverload() && config.services.pressure().rejectsConnection()) {
      meters.overloadRejects.add();
      var _ = channel.close();
      return false;
    }
    if (!rules.ignoreGlobalLimit()) {
      ConnectionGate gate = config.services.gate();
      if (!gate.enter()) {
        meters.globalOverflow.add();
        var _ = channel.close();
        return false;
      }
      channel.closeFuture().addListener(_ -> gate.leave());
    }
    return true;
  }

  /** Counts the connection until it closes, or closes it and returns false: its client. */
  boolean admit(Channel channel, PreparedListener config, SocketAddress client) {
    int most = config.value.options().accept().clientLimits().connectionsPerAddress();
    if (most > 0 && client instanceof InetSocketAddress remote) {
      InetAddress address = remote.getAddress();
      if (!addresses.enter(address, most)) {
        meters.addressOverflow.add();
        var _ = channel.close();
        return false;
      }
      channel.closeFuture().addListener(_ -> addresses.leave(address));
    }
    return true;
  }
}
