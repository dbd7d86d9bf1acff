package io.headgate.dataplane.listener.handover;

import io.netty.channel.Channel;
import java.net.SocketAddress;

/**
 * One listening socket that is to be handed over.
 *
 * @param address that it was asked to be bound to, with the port that it got
 */
public record Lot(SocketAddress address, Channel channel) {}
