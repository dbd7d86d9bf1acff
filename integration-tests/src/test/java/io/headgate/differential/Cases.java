package io.headgate.differential;

import io.headgate.differential.Case.Answer;
import io.headgate.differential.Case.Body;
import io.headgate.differential.Case.Framing;
import io.headgate.differential.Case.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws cases: what clients and backends send, the usual and the odd, in any combination. */
final class Cases {

  private static final List<String> METHODS =
      List.of(
          "GET",
          "GET",
          "GET",
          "GET",
          "POST",
          "POST",
          "PUT",
          "DELETE",
          "HEAD",
          "OPTIONS",
          "PATCH",
          "PURGE",
          "TRACE",
          "get",
          "M-SEARCH");

  private static final List<String> ROOTS =
      List.of(
          "/",
          "/exact",
          "/prefix",
          "/by-header",
          "/by-query",
          "/item/7/green",
          "/old/",
          "/moved",
          "/moved-host",
          "/secure",
          "/teapot",
          "/bare",
          "/host",
          "/headers",
          "/retry",
          "/brief",
          "/nowhere");

  private static final List<String> TAILS =
      List.of(
          "",
          "",
          "",
          "/",
          "/a",
          "/a/b.html",
          "//a",
          "/./a",
          "/../a",
          "/a/../b",
          "/a/..",
          "/%2e%2e/a",
          "/%2E/a",
          "/a%2fb",
          "/a%2Fb",
          "/a%5cb",
          "/a\\b",
          "/%41%7e",
          "/%zz",
          "/a;b=c",
          "/..;/a",
          "/~a!$&'()*+,=:@",
          "/a%20b",
          "/%c3%a9",
          "/%00",
          "/a%25b",
          "/a|b",
          "/\"a\"");

  private static final List<String> QUERIES =
      List.of(
          "",
          "",
          "",
          "",
          "?",
          "?colour=green",
          "?x=1&colour=green",
          "?colour=red&colour=green",
          "?a=/../b//c",
          "?a=%2f%2e",
          "?a?b",
          "?colour=gr%65en",
          "?q={}^`");

  private static final List<String> HOSTS =
      List.of(
          "one.example",
          "one.example",
          "one.example",
          "ONE.example",
          "one.example:80",
          "one.example:8080",
          "one.example.",
          "a.wild.example",
          "wild.example",
          "a.b.wild.example",
          "other.example",
          "127.0.0.1",
          "[::1]",
          "[::1]:80",
          "1.2.3.4:443");

  private static final List<Field> REQUEST_FIELDS =
      List.of(
          new Field("x-colour", "green"),
          new Field("x-colour", "red"),
          new Field("X-Colour", "green"),
          new Field("accept", "*/*"),
          new Field("Accept-Encoding", "gzip, br"),
          new Field("cookie", "a=1; b=2"),
          new Field("cookie", "c=3"),
          new Field("x-empty", ""),
          new Field("x-many", "1"),
          new Field("x-many", "2, 3"),
          new Field("x-spaces", "a  b"),
          new Field("x-tab", "a\tb"),
          new Field("x_under_score", "u"),
          new Field("x-latin", "caf\u00e9"),
          new Field("user-agent", "probe/1.0"),
          new Field("x-forwarded-for", "203.0.113.9"),
          new Field("x-forwarded-for", "10.0.0.1, 203.0.113.7"),
          new Field("x-forwarded-for", "not-an-address"),
          new Field("x-forwarded-for", "2001:db8::1"),
          new Field("x-forwarded-proto", "https"),
          new Field("x-forwarded-proto", "gopher"),
          new Field("x-forwarded-host", "forwarded.example"),
          new Field("x-forwarded-port", "1234"),
          new Field("forwarded", "for=203.0.113.1"),
          new Field("x-real-ip", "203.0.113.2"),
          new Field("x-request-id", "client-made-id"),
          new Field("x-request-id", "6dd3a31c-0ae4-9b1e-8b2b-8ba3ab6d8a01"),
          new Field("x-envoy-internal", "true"),
          new Field("x-envoy-external-address", "203.0.113.3"),
          new Field("x-envoy-upstream-rq-timeout-ms", "9000"),
          new Field("x-envoy-max-retries", "2"),
          new Field("x-envoy-expected-rq-timeout-ms", "7"),
          new Field("x-envoy-original-path", "/hidden"),
          new Field("x-envoy-decorator-operation", "op"),
          new Field("x-envoy-downstream-service-cluster", "c"),
          new Field("connection", "keep-alive"),
          new Field("connection", "close"),
          new Field("connection", "x-hop"),
          new Field("connection", "close, x-hop"),
          new Field("x-hop", "hop"),
          new Field("keep-alive", "timeout=5"),
          new Field("proxy-connection", "keep-alive"),
          new Field("te", "trailers"),
          new Field("te", "gzip"),
          new Field("upgrade", "h2c"),
          new Field("via", "1.0 before"),
          new Field("expect", "100-continue"),
          new Field("content-type", "text/plain"),
          new Field("authorization", "Bearer abc"),
          new Field("range", "bytes=0-1"),
          new Field("if-none-match", "\"tag\""),
          new Field("early-data", "1"),
          new Field("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

  private static final List<Field> ANSWER_FIELDS =
      List.of(
          new Field("server", "origin/1"),
          new Field("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
          new Field("Content-Type", "text/plain"),
          new Field("set-cookie", "a=1; Path=/"),
          new Field("set-cookie", "b=2"),
          new Field("connection", "keep-alive"),
          new Field("connection", "x-secret"),
          new Field("x-secret", "s"),
          new Field("keep-alive", "timeout=5"),
          new Field("proxy-authenticate", "Basic"),
          new Field("x-envoy-upstream-service-time", "42"),
          new Field("x-envoy-overloaded", "true"),
          new Field("x-request-id", "of-the-origin"),
          new Field("x-empty", ""),
          new Field("via", "1.1 origin"),
          new Field("location", "http://one.example/there"),
          new Field("trailer", "x-sum"),
          new Field("x-strip", "strip me"),
          new Field("x_under", "score"),
          new Field("etag", "\"tag\""),
          new Field("alt-svc", "h3=\":443\""),
          new Field("vary", "accept"),
          new Field("vary", "cookie"));

  private static final List<Integer> STATUSES =
      List.of(
          200, 200, 200, 200, 200, 200, 201, 202, 204, 206, 301, 302, 304, 307, 400, 401, 404, 418,
          429, 500, 502, 503, 599, 799);

  private final Random random;

  Cases(long seed) {
    this.random = new Random(seed);
  }

  Case draw(int id) {
    Profile profile = one(List.of(Profile.values()));
    String method = one(METHODS);
    List<Field> fields = new ArrayList<>();
    String host = one(HOSTS);
    fields.add(new Field(random.nextInt(8) == 0 ? "HOST" : "host", host));
    some(REQUEST_FIELDS, fields);
    return new Case(
        id, profile, method, target(method, host), fields, requestBody(method), answer(method));
  }

  private String target(String method, String host) {
    if (method.equals("OPTIONS") && random.nextInt(3) == 0) {
      return "*";
    }
    String path = one(ROOTS) + one(TAILS);
    if (path.startsWith("//") && random.nextBoolean()) {
      path = path.substring(1);
    }
    path += one(QUERIES);
    return random.nextInt(20) == 0 ? "http://" + host + path : path;
  }

  private Body requestBody(String method) {
    boolean usual = method.startsWith("P") && !method.equals("PURGE");
    int kind = random.nextInt(usual ? 4 : 16);
    return switch (kind) {
      case 0 -> new Body(Framing.LENGTH, content(), List.of());
      case 1 -> new Body(Framing.CHUNKED, content(), List.of());
      case 2 ->
          usual
              ? new Body(Framing.CHUNKED, content(), List.of(new Field("x-sum", "1")))
              : Body.NONE;
      case 3 -> new Body(Framing.LENGTH, "", List.of());
      default -> Body.NONE;
    };
  }

  private Answer answer(String method) {
    int status = one(STATUSES);
    List<Field> fields = new ArrayList<>();
    some(ANSWER_FIELDS, fields);
    Body body =
        switch (random.nextInt(8)) {
          case 0 -> new Body(Framing.CHUNKED, content(), List.of());
          case 1 -> new Body(Framing.CHUNKED, content(), List.of(new Field("x-sum", "2")));
          case 2 -> new Body(Framing.LENGTH, "", List.of());
          case 3 -> new Body(Framing.CLOSE, content(), List.of());
          default -> new Body(Framing.LENGTH, content(), List.of());
        };
    if (method.equals("HEAD") && body.framing() == Framing.CLOSE) {
      body = new Body(Framing.LENGTH, "12345", List.of());
    }
    return new Answer(status, random.nextInt(30) == 0 ? 103 : 0, fields, body);
  }

  private String content() {
    int length = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(200);
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      out.append((char) ('a' + i % 26));
    }
    return out.toString();
  }

  private void some(List<Field> from, List<Field> to) {
    int count = Math.max(0, (int) (random.nextGaussian() * 2 + 2));
    for (int i = 0; i < count; i++) {
      to.add(one(from));
    }
  }

  private <T> T one(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
