package io.headgate.dataplane.tls;

import io.headgate.xds.model.tls.DownstreamTls;
import io.headgate.xds.model.tls.TlsSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * TLS termination of a filter chain. Immutable. Of the protocols that the config offers, {@code h2}
 * and {@code http/1.1} are negotiated, in its order; a client that offers neither goes on without a
 * protocol, as in Envoy.
 *
 * <p><b>Errors:</b> a file that can't be read or holds no certificate is an {@link
 * IllegalArgumentException} that names it.
 */
public final class ServerTls {
  private static final Set<String> KNOWN = Set.of("h2", "http/1.1");

  private final SslContext context;

  private ServerTls(SslContext context) {
    this.context = context;
  }

  /** Reads the certificates of a config; blocks on files, so call it off the event loops. */
  public static ServerTls of(DownstreamTls config) {
    TlsSettings settings = config.settings();
    TlsSettings.CertificateFiles files = settings.certificates().getFirst();
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(
                  readable(files.certificateChain()),
                  readable(files.privateKey()),
                  password(files).isEmpty() ? null : password(files))
              .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
              .protocols(protocols(settings));
      List<String> offered = offered(settings.alpnProtocols());
      if (!offered.isEmpty()) {
        builder.applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                offered));
      }
      if (settings.trustedCaFile() != null) {
        builder
            .trustManager(readable(settings.trustedCaFile()))
            .clientAuth(
                config.requireClientCertificate() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
      }
      return new ServerTls(builder.build());
    } catch (SSLException e) {
      throw new IllegalArgumentException(
          "TLS certificate " + files.certificateChain() + ": " + e.getMessage(), e);
    }
  }

  /** Returns the handler of a new connection. */
  public SslHandler newHandler(ByteBufAllocator allocator, long handshakeNanos) {
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeout(
        handshakeNanos > 0 ? handshakeNanos : TimeUnit.SECONDS.toNanos(15), TimeUnit.NANOSECONDS);
    return handler;
  }

  /** Accepts the list as such, and the sample's single {@code "h2,http/1.1"}. */
  private static List<String> offered(List<String> protocols) {
    List<String> offered = new ArrayList<>();
    for (String entry : protocols) {
      for (String protocol : List.of(entry.split(",", -1))) {
        if (KNOWN.contains(protocol)) {
          offered.add(protocol);
        }
      }
    }
    return offered;
  }

  private static String[] protocols(TlsSettings settings) {
    List<String> protocols = new ArrayList<>();
    if (settings.minVersion() != TlsSettings.Version.TLS_1_3) {
      protocols.add("TLSv1.2");
    }
    if (settings.maxVersion() != TlsSettings.Version.TLS_1_2) {
      protocols.add("TLSv1.3");
    }
    return protocols.toArray(new String[0]);
  }

  private static File readable(String path) {
    if (!Files.isReadable(Path.of(path))) {
      throw new IllegalArgumentException("cannot read " + path);
    }
    return new File(path);
  }

  private static String password(TlsSettings.CertificateFiles files) {
    if (files.passwordFile() == null) {
      return "";
    }
    try {
      return Files.readString(readable(files.passwordFile()).toPath()).stripTrailing();
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + files.passwordFile(), e);
    }
  }
}
