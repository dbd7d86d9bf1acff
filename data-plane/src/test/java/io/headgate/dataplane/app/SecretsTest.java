package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of requests and of the config are planted, and looked for in all that a proxy tells. */
class SecretsTest {
  private static final String KEY = "cGxhbnRlZC1rZXktcGxhbnRlZC1rZXktcGxhbnRlZC1rZXk";
  private static final List<String> PLANTED =
      List.of(
          "planted-bearer",
          "planted-cookie",
          "planted-query",
          "planted-api-key",
          "planted-set",
          KEY);

  private static final String CONFIG =
      """
      node: {id: p, cluster: c}
      admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
      static_resources:
        listeners:
        - name: web
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - filters:
            - name: manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: web
                access_log:
                - name: text
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                    path: LOG
                    log_format:
                      text_format_source:
                        inline_string: "%REQ(:PATH)% %PATH% %REQ(AUTHORIZATION)% %REQ(COOKIE)% %REQ(X-API-KEY)% %REQ(REFERER)% %RESP(SET-COOKIE)% %QUERY_PARAM(access_token)%\\n"
                tracing:
                  provider:
                    name: otel
                    typed_config:
                      "@type": type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig
                      http_service: {http_uri: {uri: "http://otel/v1/traces", cluster: otel, timeout: 5s}}
                  custom_tags:
                  - {tag: auth, request_header: {name: authorization}}
                http_filters:
                - name: jwt
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                    providers:
                      own:
                        issuer: me
                        local_jwks: {inline_string: '{"keys":[{"kty":"oct","kid":"k","alg":"HS256","k":"KEY"}]}'}
                    rules: [{match: {prefix: /closed}, requires: {provider_name: own}}]
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                route_config:
                  name: table
                  response_headers_to_add: [{header: {key: set-cookie, value: "id=planted-set"}}]
                  virtual_hosts:
                  - name: all
                    domains: ["*"]
                    routes: [{match: {prefix: /}, direct_response: {status: 200}}]
        clusters:
        - name: otel
          load_assignment: {cluster_name: otel, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: OTEL}}}}]}]}
      """;

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void nothingThatIsToldHoldsASecret() throws Exception {
    Path log = directory.resolve("access.log");
    Path output = directory.resolve("output");
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      Process process = start(log, output, receiver.httpPort());
      try {
        await()
            .atMost(Duration.ofSeconds(15))
            .untilAsserted(() ->
                assertThat(admin("GET", "/ready")).as(Files.readString(output)).startsWith("LIVE"));
        admin("POST", "/logging?level=trace");
        int port = Integer.parseInt(admin("GET", "/listeners").strip().replaceAll(".*:", ""));
        String url = "http://127.0.0.1:" + port + "/closed?access_token=planted-query&a=b";
        String[] headers = {
          "authorization", "Bearer planted-bearer",
          "cookie", "session=planted-cookie",
          "x-api-key", "planted-api-key",
          "referer", "http://a/?id_token=planted-query"
        };
        ask(url, headers);
        ask(url.replace("closed", "open"), headers);
        await().until(() -> Files.exists(log) && Files.readAllLines(log).size() == 2);
        await().until(() -> receiver.spans().size() == 2);
        Map<String, String> told = new LinkedHashMap<>();
        told.put("access log", Files.readString(log));
        told.put("spans", receiver.traces.toString());
        for (String page :
            List.of("/config_dump", "/stats", "/stats/prometheus", "/clusters", "/server_info")) {
          told.put(page, admin("GET", page));
        }
        told.put(
            "/explain",
            admin(
                "GET",
                "/explain?url="
                    + URLEncoder.encode("http://h:" + port + "/closed", StandardCharsets.UTF_8)
                    + "&header=authorization:Bearer+planted-bearer&header=cookie:planted-cookie"));
        told.put("process log", Files.readString(output));
        assertThat(told.get("access log"))
            .contains("access_token=[redacted]&a=b")
            .contains(" [redacted] [redacted] [redacted] http://a/?id_token=[redacted]");
        assertThat(told.get("/config_dump")).contains("local_jwks");
        assertThat(told.get("/explain")).contains("\"result\"");
        told.forEach(
            (where, text) -> assertThat(text).as(where).doesNotContain(PLANTED.subList(0, 4)));
        // The route's own header is config, and config is shown; a key never is.
        told.forEach((where, text) -> assertThat(text).as(where).doesNotContain(KEY));
        assertThat(told.get("access log")).doesNotContain("planted-set");
        assertThat(told.get("spans")).doesNotContain("planted-set");
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private Process start(Path log, Path output, int otel) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Proxy.class.getName(),
            "--config-yaml",
            CONFIG
                .replace("LOG", log.toString())
                .replace("\"KEY\"", "\"" + KEY + "\"")
                .replace("OTEL", Integer.toString(otel)),
            "--concurrency=1",
            "--admin-address-path=" + directory.resolve("admin"))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private String admin(String method, String path) throws InterruptedException {
    try {
      String address = Files.readString(directory.resolve("admin"));
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://" + address + path))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }

  private void ask(String url, String... headers) throws Exception {
    client.send(
        HttpRequest.newBuilder(URI.create(url)).headers(headers).build(),
        HttpResponse.BodyHandlers.discarding());
  }
}
