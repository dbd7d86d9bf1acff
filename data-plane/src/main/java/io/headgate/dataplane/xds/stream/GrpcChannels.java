package io.headgate.dataplane.xds.stream;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.http.Http2Options;
import io.headgate.xds.model.tls.DataSource;
import io.headgate.xds.model.tls.SecretRef;
import io.headgate.xds.model.tls.TlsCertificate;
import io.headgate.xds.model.tls.TlsParameters;
import io.headgate.xds.model.tls.TlsSettings;
import io.headgate.xds.model.tls.UpstreamTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the channel to a management server as its cluster says. */
final class GrpcChannels {
  /** A full set of clusters of a large fleet in one response: 64 MiB. */
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  /** Unacknowledged data longer than this breaks the connection; status reports are such data. */
  private static final int USER_TIMEOUT_MILLIS = 20_000;

  /** What a server at a Unix socket is called, which has no name. */
  private static final String UNIX_AUTHORITY = "localhost";

  private final Executor executor;

  /** All callbacks of the channels' calls run on the executor. */
  GrpcChannels(Executor executor) {
    this.executor = executor;
  }

  /** A new channel, not yet connected; its taker shuts it down. Reads the TLS files. */
  ManagedChannel open(ControlPlane controlPlane) throws IOException, GeneralSecurityException {
    Cluster cluster = controlPlane.cluster();
    UpstreamTls tls = cluster.options().tls();
    @Nullable SslContext context = tls == null ? null : context(tls.settings());
    NettyChannelBuilder builder = builder(controlPlane.address(), context);
    builder
        .executor(executor)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .disableRetry()
        .withOption(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            Math.toIntExact(Math.max(1, cluster.connectTimeout().toMillis())));
    @Nullable Http2Options http2 = cluster.options().http().http2();
    if (http2 != null && !http2.keepalive().interval().isZero()) {
      builder
          .keepAliveTime(http2.keepalive().interval().toMillis(), TimeUnit.MILLISECONDS)
          .keepAliveTimeout(http2.keepalive().timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (tls != null && !tls.sni().isEmpty()) {
      builder.overrideAuthority(tls.sni());
    }
    return builder.build();
  }

  /** Speaks TLS with a context, and clear text without. */
  private static NettyChannelBuilder builder(SocketAddress address, @Nullable SslContext context)
      throws IOException {
    if (address instanceof UnixDomainSocketAddress socket) {
      return unix(socket, context);
    }
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address);
    if (Epoll.isAvailable()) {
      builder.withOption(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
    }
    return context == null
        ? builder.negotiationType(NegotiationType.PLAINTEXT)
        : builder.sslContext(context);
  }

  /** By its target's form, which finds the transport of Unix sockets and its threads. */
  private static NettyChannelBuilder unix(
      UnixDomainSocketAddress socket, @Nullable SslContext context) throws IOException {
    if (!Epoll.isAvailable()) {
      throw new IOException("Unix sockets need Linux's epoll", Epoll.unavailabilityCause());
    }
    ChannelCredentials credentials =
        context == null
            ? InsecureChannelCredentials.create()
            : NettySslContextChannelCredentials.create(context);
    String target = "unix://" + socket.getPath().toUri().getRawPath();
    if (Grpc.newChannelBuilder(target, credentials) instanceof NettyChannelBuilder builder) {
      return builder.overrideAuthority(UNIX_AUTHORITY);
    }
    throw new IOException("gRPC has no transport for " + socket);
  }

  private static SslContext context(TlsSettings settings)
      throws IOException, GeneralSecurityException {
    SslContextBuilder builder =
        GrpcSslContexts.forClient()
            .trustManager(
                settings.validation() == null
                        || settings.validation().own().trust().trustedCa() == null
                    ? ChainTrust.everything()
                    : ChainTrust.of(
                        settings.validation().own().trust().trustedCa().toString(),
                        bytes(settings.validation().own().trust().trustedCa())))
            .protocols(protocols(settings.parameters()));
    for (SecretRef ref : settings.certificates()) {
      if (ref instanceof SecretRef.Own(TlsCertificate own)) {
        builder.keyManager(
            new ByteArrayInputStream(bytes(own.certificateChain())),
            new ByteArrayInputStream(bytes(own.privateKey())),
            own.password() == null
                ? null
                : new String(bytes(own.password()), StandardCharsets.UTF_8).stripTrailing());
      }
    }
    return builder.build();
  }

  private static byte[] bytes(DataSource source) throws IOException {
    return switch (source) {
      case DataSource.File(String path) -> Files.readAllBytes(Path.of(path));
      case DataSource.Inline inline -> inline.bytes();
    };
  }

  private static List<String> protocols(TlsParameters parameters) {
    if (parameters.minVersion() == TlsParameters.Version.TLS_1_3) {
      return List.of("TLSv1.3");
    }
    return parameters.maxVersion() == TlsParameters.Version.TLS_1_2
        ? List.of("TLSv1.2")
        : List.of("TLSv1.3", "TLSv1.2");
  }
}
