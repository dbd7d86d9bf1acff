package io.headgate.controlplane.app;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The gRPC servers and channels of the control plane, with TLS as the settings say. */
final class GrpcTransport {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private GrpcTransport() {}

  /** Binds a server. */
  static Server serve(
      String what,
      Settings.Bind bind,
      Optional<Settings.Tls> tls,
      Executor executor,
      List<ServerServiceDefinition> services)
      throws StartException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(bind.address(), bind.port()), server(what, tls))
            .executor(executor)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS);
    services.forEach(builder::addService);
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw new StartException(
          ExitCode.CANNOT_BIND,
          what + ": can't bind " + bind.address() + ":" + bind.port() + ": " + cause(e),
          e);
    }
  }

  /** A channel to another replica. */
  static ManagedChannel channel(String target, ChannelCredentials credentials) {
    return NettyChannelBuilder.forTarget(target, credentials)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .build();
  }

  static ChannelCredentials client(Optional<Settings.Tls> tls) throws StartException {
    if (tls.isEmpty()) {
      return InsecureChannelCredentials.create();
    }
    try {
      TlsChannelCredentials.Builder builder =
          TlsChannelCredentials.newBuilder()
              .keyManager(tls.get().certificate().toFile(), tls.get().key().toFile());
      if (tls.get().authorities().isPresent()) {
        builder.trustManager(tls.get().authorities().get().toFile());
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw badTls("internal.tls", e);
    }
  }

  private static ServerCredentials server(String what, Optional<Settings.Tls> tls)
      throws StartException {
    if (tls.isEmpty()) {
      return InsecureServerCredentials.create();
    }
    try {
      TlsServerCredentials.Builder builder =
          TlsServerCredentials.newBuilder()
              .keyManager(tls.get().certificate().toFile(), tls.get().key().toFile());
      if (tls.get().authorities().isPresent()) {
        builder
            .trustManager(tls.get().authorities().get().toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw badTls(what + ".tls", e);
    }
  }

  private static StartException badTls(String section, Exception e) {
    return new StartException(ExitCode.BAD_CONFIG, section + ": " + e.getMessage(), e);
  }

  private static String cause(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }
}
