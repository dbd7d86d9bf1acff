package io.headgate.deploy.backend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A small HTTP server that says who it is, registers itself in etcd and reports its utilisation.
 *
 * <p>Utilisation is the measured request rate divided by the declared capacity; it goes out with
 * each response in the {@code endpoint-load-metrics} header (ORCA, TEXT form). {@code PUT
 * /_capacity?rps=N} declares another capacity and {@code PUT /_delay?ms=N} slows the answers, so
 * that one can watch what the fleet does about it.
 */
public final class Backend implements AutoCloseable {

  private static final int STOP_SECONDS = 2;

  private final String service;
  private final String instance;
  private final HttpServer server;
  private final RequestRate rate = new RequestRate(System::nanoTime);
  private volatile double capacity;
  private volatile long delayMillis;

  /**
   * Binds and serves.
   *
   * @param capacity declared, in requests per second
   */
  public Backend(String service, String instance, InetSocketAddress address, double capacity)
      throws IOException {
    this.service = service;
    this.instance = instance;
    this.capacity = capacity;
    this.server = HttpServer.create(address, 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.createContext("/_capacity", exchange -> set(exchange, "rps"));
    server.createContext("/_delay", exchange -> set(exchange, "ms"));
    server.start();
  }

  /** The port that is bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    rate.count();
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    if (delayMillis > 0) {
      LockSupport.parkNanos(delayMillis * 1_000_000);
    }
    double perSecond = rate.perSecond();
    exchange
        .getResponseHeaders()
        .set(
            "endpoint-load-metrics",
            String.format(
                Locale.ROOT,
                "TEXT application_utilization=%.4f,rps_fractional=%.2f",
                perSecond / capacity,
                perSecond));
    exchange.getResponseHeaders().set("x-instance", instance);
    String text =
        "service="
            + service
            + " instance="
            + instance
            + " path="
            + exchange.getRequestURI().getPath()
            + "\n";
    reply(exchange, 200, text);
  }

  private void set(HttpExchange exchange, String name) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    if (!exchange.getRequestMethod().equals("PUT")
        || query == null
        || !query.matches(name + "=\\d{1,9}(\\.\\d{1,3})?")) {
      reply(exchange, 400, "PUT with " + name + "=NUMBER\n");
      return;
    }
    double value = Double.parseDouble(query.substring(name.length() + 1));
    if (name.equals("rps") && value == 0) {
      reply(exchange, 400, "rps must be more than 0\n");
      return;
    }
    if (name.equals("rps")) {
      capacity = value;
    } else {
      delayMillis = (long) value;
    }
    reply(exchange, 200, name + "=" + value + "\n");
  }

  private static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /** Lets running requests end, at most two seconds. */
  @Override
  public void close() {
    server.stop(STOP_SECONDS);
  }

  /**
   * {@code headgate-example-backend --service=shop --instance=shop-1 --etcd=http://127.0.0.1:2379
   * [--namespace=default] [--prefix=/headgate/v1] [--address=127.0.0.1] [--port=0]
   * [--capacity=1000]}.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
    Map<String, String> options = options(arguments);
    String service = required(options, "service");
    String instance = required(options, "instance");
    String address = options.getOrDefault("address", "127.0.0.1");
    Backend backend =
        new Backend(
            service,
            instance,
            new InetSocketAddress(address, Integer.parseInt(options.getOrDefault("port", "0"))),
            Double.parseDouble(options.getOrDefault("capacity", "1000")));
    String key =
        String.join(
            "/",
            options.getOrDefault("prefix", "/headgate/v1"),
            "hosts",
            options.getOrDefault("namespace", "default"),
            service,
            instance);
    EtcdRegistration registration =
        new EtcdRegistration(required(options, "etcd"), key, address + ":" + backend.port());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  registration.close();
                  backend.close();
                },
                "leave"));
    System.out.println(instance + " serves on " + address + ":" + backend.port());
    Thread.currentThread().join();
  }

  private static Map<String, String> options(String[] arguments) {
    List<String> known =
        List.of(
            "service", "instance", "etcd", "namespace", "prefix", "address", "port", "capacity");
    Map<String, String> options = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String name = argument.startsWith("--") && equals > 2 ? argument.substring(2, equals) : "";
      if (!known.contains(name)) {
        fail("unknown argument " + argument + "; known are --NAME=VALUE with " + known);
      }
      options.put(name, argument.substring(equals + 1));
    }
    return options;
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      fail("--" + name + "=… is required");
    }
    return String.valueOf(value);
  }

  private static void fail(String problem) {
    System.err.println(problem);
    System.exit(2);
  }
}
