package io.headgate.dataplane.xds.stream;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the channel to a control plane as its cluster says. */
final class GrpcChannels {
  /** A full set of clusters of a large fleet in one response: 64 MiB. */
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  /** Unacknowledged data longer than this breaks the connection; status reports are such data. */
  private static final int USER_TIMEOUT_MILLIS = 20_000;

  private final Executor executor;

  /** All callbacks of the channels' calls run on the executor. */
  GrpcChannels(Executor executor) {
    this.executor = executor;
  }

  /** A new channel, not yet connected; its taker shuts it down. Reads the TLS files. */
  ManagedChannel open(ControlPlane controlPlane) throws IOException, GeneralSecurityException {
    Cluster cluster = controlPlane.cluster();
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(controlPlane.address())
            .executor(executor)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .disableRetry()
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(Math.max(1, cluster.connectTimeout().toMillis())));
    if (Epoll.isAvailable()) {
      builder.withOption(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
    }
    @Nullable Http2Options http2 = cluster.options().http().http2();
    if (http2 != null && !http2.keepalive().interval().isZero()) {
      builder
          .keepAliveTime(http2.keepalive().interval().toMillis(), TimeUnit.MILLISECONDS)
          .keepAliveTimeout(http2.keepalive().timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
    UpstreamTls tls = cluster.options().tls();
    if (tls == null) {
      return builder.negotiationType(NegotiationType.PLAINTEXT).build();
    }
    if (!tls.sni().isEmpty()) {
      builder.overrideAuthority(tls.sni());
    }
    return builder.sslContext(context(tls.settings())).build();
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
