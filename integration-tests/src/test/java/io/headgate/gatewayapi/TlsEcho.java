package io.headgate.gatewayapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.headgate.tls.Authority;
import io.headgate.tls.Authority.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An HTTPS backend that says who it is, and by which server name and version of TLS it was reached.
 */
final class TlsEcho implements AutoCloseable {
  private final String service;
  private final boolean mutual;
  private final HttpsServer server;
  private final AtomicInteger requests = new AtomicInteger();

  TlsEcho(String service, Issued certificate) {
    this(service, certificate, null);
  }

  /**
   * Starts a backend.
   *
   * @param callers whose certificates its clients must show, each on a connection of its own; null
   *     when it asks for none
   */
  TlsEcho(String service, Issued certificate, @Nullable Authority callers) {
    this.service = service;
    this.mutual = callers != null;
    try {
      server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setHttpsConfigurator(configurator(context(certificate, callers)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  /** What a server with a certificate speaks. */
  static SSLContext context(Issued certificate) {
    return context(certificate, null);
  }

  private HttpsConfigurator configurator(SSLContext context) {
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters defaults = getSSLContext().getDefaultSSLParameters();
        defaults.setNeedClientAuth(mutual);
        parameters.setSSLParameters(defaults);
      }
    };
  }

  private static SSLContext context(Issued certificate, @Nullable Authority callers) {
    char[] password = "password".toCharArray();
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry(
          "own",
          certificate.pair().getPrivate(),
          password,
          new X509Certificate[] {certificate.certificate()});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), callers == null ? null : TlsAsker.trust(callers), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Requests that have arrived so far. */
  int requests() {
    return requests.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    SSLSession session = ((HttpsExchange) exchange).getSSLSession();
    String asked =
        session instanceof ExtendedSSLSession extended
            ? extended.getRequestedServerNames().toString()
            : "";
    String caller = "";
    if (mutual) {
      exchange.getResponseHeaders().set("connection", "close");
      caller = "caller: " + session.getPeerPrincipal().getName() + "\n";
    }
    String text =
        "service %s\n%s %s\nserver-name: %s\nversion: %s\n%s"
            .formatted(
                service,
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                asked,
                session.getProtocol(),
                caller);
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
