package io.headgate.observability;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.process.Ports;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A proxy with its backend and its collector, and all that it told of the script. */
final class Told implements AutoCloseable {
  private static final Pattern LABEL = Pattern.compile("\\w+=\"(?:[^\"\\\\]|\\\\.)*\"");

  private final HttpServer servers;
  final MetricsReceiver metrics = new MetricsReceiver();
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final ManagedProcess process;
  private final int admin;
  private final int web;
  private final Path log;
  private final Path failures;

  /** Starts a program with the bootstrap of this package. */
  Told(Peer peer, Path directory) throws IOException {
    servers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    servers.createContext("/b", Told::answer);
    servers.createContext(
        "/v1/traces",
        exchange -> {
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody().readAllBytes())
              .getResourceSpansList()
              .forEach(r -> r.getScopeSpansList().forEach(s -> spans.addAll(s.getSpansList())));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    servers.start();
    List<Integer> free = Ports.free(Peer.ADDRESS, 2);
    admin = free.get(0);
    web = free.get(1);
    log = directory.resolve(peer + ".json");
    failures = directory.resolve(peer + "-failures.log");
    Map<String, String> values = new HashMap<>();
    values.put("admin", Integer.toString(admin));
    values.put("web", Integer.toString(web));
    values.put("backend", Integer.toString(servers.getAddress().getPort()));
    values.put("otel", Integer.toString(servers.getAddress().getPort()));
    values.put("metrics", Integer.toString(metrics.port()));
    values.put("log", log.toString());
    values.put("failures", failures.toString());
    process = peer.start("bootstrap.yaml", values, directory);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().add("x-answer", "yes");
    boolean grpc = exchange.getRequestURI().getPath().contains("grpc");
    if (grpc) {
      exchange.getResponseHeaders().add("grpc-status", "5");
      exchange.getResponseHeaders().add("content-type", "application/grpc");
    }
    boolean bad = exchange.getRequestURI().getPath().contains("bad");
    byte[] body = (grpc ? "" : "hello").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(bad ? 500 : 200, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private String url(String page) {
    return "http://" + Peer.ADDRESS + ":" + admin + page;
  }

  /** Sends a request on a connection of its own and waits for the end of the answer. */
  void send(String request) throws IOException {
    try (Socket socket = new Socket(Peer.ADDRESS, web)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getInputStream().readAllBytes();
    }
  }

  /** The lines of the JSON log, when there are so many. */
  List<String> lines(int count) throws IOException {
    return Peer.lines(log, count);
  }

  List<String> failures(int count) throws IOException {
    return Peer.lines(failures, count);
  }

  /** The spans by URL path, when there are so many. */
  Map<String, Span> spans(int count) {
    Await.until(Peer.BOUND, () -> spans.size() + " spans of " + count, () -> spans.size() >= count);
    Map<String, Span> byPath = new TreeMap<>();
    for (Span span : spans) {
      String url = attributes(span).getOrDefault("http.url", "");
      byPath.put(url.replaceFirst("http://[^/]*", ""), span);
    }
    return byPath;
  }

  static Map<String, String> attributes(Span span) {
    Map<String, String> attributes = new TreeMap<>();
    for (KeyValue each : span.getAttributesList()) {
      attributes.put(each.getKey(), each.getValue().getStringValue());
    }
    return attributes;
  }

  /** The values at {@code /stats} by name. */
  Map<String, String> stats() {
    Map<String, String> stats = new TreeMap<>();
    Http.get(url("/stats"))
        .orElseThrow()
        .body()
        .lines()
        .forEach(line -> {
          int colon = line.indexOf(": ");
          if (colon > 0) {
            stats.put(line.substring(0, colon), line.substring(colon + 2));
          }
        });
    return stats;
  }

  /** The series at {@code /stats/prometheus}: names with labels, in order; none that is zero. */
  Set<String> series() {
    return Http.get(url("/stats/prometheus"))
        .orElseThrow()
        .body()
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank() && !line.endsWith(" 0"))
        .map(line -> ordered(line.substring(0, line.lastIndexOf(' '))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String ordered(String series) {
    int brace = series.indexOf('{');
    if (brace < 0) {
      return series;
    }
    String labels =
        LABEL
            .matcher(series)
            .results()
            .map(MatchResult::group)
            .filter(label -> !label.startsWith("le="))
            .sorted()
            .collect(Collectors.joining(","));
    return series.substring(0, brace) + (labels.isEmpty() ? "" : "{" + labels + "}");
  }

  @Override
  public void close() {
    process.close();
    metrics.close();
    servers.stop(0);
  }
}
