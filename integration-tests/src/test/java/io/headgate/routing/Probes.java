package io.headgate.routing;

import io.headgate.differential.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws requests for tables: near what the table speaks of, and beside it. */
final class Probes {
  private static final List<String> QUERIES =
      List.of("", "", "", "?q=green", "?q=red&r=7", "?r", "?q=", "?r=gre&q=42&q=x", "?x=1");
  private static final List<String> TAILS =
      List.of("", "", "", "", "/", "/b", "b", "/b/c", ";v=1", "/7", "%20", ".html");
  private static final List<Field> FIELDS =
      List.of(
          new Field("x-a", "green"),
          new Field("x-a", "red"),
          new Field("x-a", "7"),
          new Field("X-A", "Green"),
          new Field("x-a", ""),
          new Field("x-b", "gre"),
          new Field("x-b", "42"),
          new Field("x-b", "-3"),
          new Field("x-host", "header.example"),
          new Field("x-host", ""),
          new Field("x-cluster", "a"),
          new Field("x-cluster", "b"),
          new Field("x-cluster", "nowhere"),
          new Field("content-type", "application/grpc"),
          new Field("content-type", "application/grpc+proto"),
          new Field("content-type", "text/plain"),
          new Field("cookie", "session=abc; other=1"),
          new Field("x-forwarded-host", "before.example"),
          new Field("x-forwarded-proto", "https"),
          new Field("x-secret", "internal"),
          new Field("x-envoy-internal", "true"));

  private final Random random;
  private final Draws draws;
  private int next;

  Probes(Random random) {
    this.random = random;
    this.draws = new Draws(random);
  }

  List<Probe> draw(Table table, int count) {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      probes.add(probe(table));
    }
    return probes;
  }

  private Probe probe(Table table) {
    String path =
        random.nextInt(8) == 0 ? "/elsewhere" : draws.one(table.paths()) + draws.one(TAILS);
    if (random.nextInt(10) == 0) {
      path = path.toUpperCase(java.util.Locale.ROOT);
    }
    String method = draws.one(List.of("GET", "GET", "GET", "POST", "HEAD"));
    List<Field> fields = new ArrayList<>();
    String host = table.host();
    if (random.nextInt(12) == 0) {
      host = host + ":8080";
    } else if (random.nextInt(12) == 0) {
      host = host.toUpperCase(java.util.Locale.ROOT);
    }
    fields.add(new Field("host", host));
    fields.add(new Field("x-draw", Integer.toString(random.nextInt(100_000))));
    for (int i = random.nextInt(5); i > 0; i--) {
      fields.add(draws.one(FIELDS));
    }
    if (random.nextInt(4) == 0) {
      fields.add(
          new Field(Origins.STATUS, draws.one(List.of("302", "307", "303", "500", "500", "404"))));
      fields.add(
          new Field(
              Origins.LOCATION,
              draws.one(
                  List.of(
                      "http://" + table.host() + draws.one(table.paths()),
                      "https://" + table.host() + "/a?redirected=1",
                      "/a",
                      "http://nowhere.example/"))));
    }
    String body = method.equals("POST") && random.nextBoolean() ? "hello" : "";
    return new Probe(++next, table, method, path + draws.one(QUERIES), fields, body);
  }
}
