package io.headgate.dataplane.listener;

import io.headgate.dataplane.filter.FilterRegistry;
import io.headgate.dataplane.observe.AccessLogs;
import io.headgate.dataplane.observe.Meters;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.util.List;

/**
 * What listeners use of the process.
 *
 * @param loops connections are spread over them in turn
 * @param localCluster {@code node.cluster} of the bootstrap
 */
public record ListenerServices(
    List<EventLoop> loops,
    ChannelFactory<? extends ServerChannel> serverChannels,
    FilterRegistry filters,
    AccessLogs accessLogs,
    Meters meters,
    String localCluster) {
  public ListenerServices {
    loops = List.copyOf(loops);
  }
}
