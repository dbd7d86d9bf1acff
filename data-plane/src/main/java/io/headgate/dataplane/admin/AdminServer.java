package io.headgate.dataplane.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin's HTTP server. <b>Thread:</b> one virtual thread per request.
 *
 * <p>It has no authentication, as Envoy's has none: bind it to loopback. A request that a web page
 * makes to change something carries an {@code Origin} and is refused.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
  private final AdminPages pages;

  private AdminServer(HttpServer server, AdminPages pages) {
    this.server = server;
    this.pages = pages;
  }

  /**
   * Binds and starts.
   *
   * @throws IOException when the address cannot be bound
   */
  public static AdminServer start(InetSocketAddress address, AdminFacts facts, AdminActions actions)
      throws IOException {
    AdminServer admin =
        new AdminServer(HttpServer.create(address, BACKLOG), new AdminPages(facts, actions));
    admin.server.setExecutor(admin.threads);
    admin.server.createContext("/", admin::handle);
    admin.server.start();
    return admin;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      AdminReply reply = reply(exchange);
      exchange.getResponseHeaders().set("content-type", reply.contentType());
      exchange.getResponseHeaders().set("cache-control", "no-cache, max-age=0");
      exchange.getResponseHeaders().set("x-content-type-options", "nosniff");
      if (reply.status() == 405) {
        exchange.getResponseHeaders().set("allow", reply.allow());
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(reply.status(), head ? -1 : reply.body().length);
      if (!head) {
        exchange.getResponseBody().write(reply.body());
      }
    } catch (IOException e) {
      log.atDebug().setCause(e).log("admin client went away");
    }
  }

  private AdminReply reply(HttpExchange exchange) {
    try {
      return pages.reply(
          exchange.getRequestMethod(),
          exchange.getRequestURI(),
          exchange.getRequestHeaders().containsKey("Origin"));
    } catch (RuntimeException e) {
      log.atError()
          .setCause(e)
          .addKeyValue("path", exchange.getRequestURI().getPath())
          .log("admin page failed");
      return AdminReply.text(500, "internal error\n");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
