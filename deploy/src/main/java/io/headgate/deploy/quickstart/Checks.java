package io.headgate.deploy.quickstart;

import io.headgate.deploy.backend.Backend;
import io.headgate.deploy.fleet.CommandLine;
import io.headgate.deploy.fleet.ControlPlaneProcess;
import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.fleet.TokenIssuer;
import io.headgate.deploy.process.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What a running quick start promises, each driven through the system from outside. */
final class Checks {

  private static final String HOSTS = "/headgate/v1/hosts/default/shop/";
  private static final Duration TRAFFIC_BOUND = Duration.ofSeconds(2);
  private static final Duration OVERLOAD_BOUND = Duration.ofSeconds(60);
  private static final Duration RECOVERY_BOUND = Duration.ofSeconds(90);
  private static final double SPLIT_P = 1e-6;

  /** One check; it throws when what it checks does not hold, else says what it saw. */
  interface Check {
    String run() throws Exception;
  }

  record Named(String name, Check check) {}

  private final DemoFleet demo;

  Checks(DemoFleet demo) {
    this.demo = demo;
  }

  List<Named> all() {
    return List.of(
        new Named("both routes answer through both proxies", this::routes),
        new Named("2,000 requests split 90/10", this::split),
        new Named("the token policy answers 200, 401 and 403", this::tokens),
        new Named("a host put with etcdctl gets traffic, a deleted one none", this::hosts),
        new Named("wait returns only when both proxies serve the change", this::applyAndWait),
        new Named("a bad manifest is refused whole", this::badManifest),
        new Named("a held object shows its key and author", this::held),
        new Named("an overloaded backend loses weight and gets it back", this::overload),
        new Named(
            "control planes killed: no error, and a restarted proxy serves from disk",
            this::lastKnownGood));
  }

  private String routes() {
    String token = "Bearer " + goodToken();
    for (ProxyProcess proxy : demo.fleet().proxies()) {
      expect(200, demo.url(proxy, "/shop/cart"));
      expect(200, demo.url(proxy, "/account"), "x-tenant", "acme", "authorization", token);
      expect(404, demo.url(proxy, "/account"), "x-tenant", "other", "authorization", token);
      expect(404, demo.url(proxy, "/nowhere"));
    }
    return "by path and by header";
  }

  private String split() {
    Traffic traffic = Traffic.send(2_000, demo.urls("/shop"));
    require(traffic.all(200), "answers " + traffic.statuses());
    int next = traffic.of("shop-next");
    double p = Binomial.pValue(next, 2_000, 0.1);
    require(p > SPLIT_P, next + " of 2,000 went to shop-next, p = " + p);
    return String.format("%d of 2,000 to shop-next, p = %.3f", next, p);
  }

  private String tokens() {
    TokenIssuer issuer = demo.issuer();
    Duration soon = Duration.ofMinutes(5);
    for (String url : demo.urls("/account")) {
      account(200, url, goodToken());
      expect(401, url, "x-tenant", "acme");
      account(401, url, new TokenIssuer("quickstart.headgate").token(DemoFleet.AUDIENCE, soon));
      account(401, url, issuer.token(DemoFleet.AUDIENCE, Duration.ofHours(-1)));
      account(401, url, issuer.unsigned(DemoFleet.AUDIENCE));
      account(403, url, issuer.token("another", soon));
    }
    return "good 200; none, forged, expired, unsigned 401; wrong audience 403";
  }

  private String hosts() throws IOException {
    String key = HOSTS + "by-hand";
    List<String> urls = demo.urls("/shop");
    try (Backend backend =
        new Backend("shop", "by-hand", new InetSocketAddress("127.0.0.1", 0), 400)) {
      demo.fleet()
          .etcd()
          .ctl("put", key, "{\"Op\":0,\"Addr\":\"127.0.0.1:" + backend.port() + "\"}");
      long started = System.nanoTime();
      within(
          TRAFFIC_BOUND,
          "the host got no traffic",
          () -> Traffic.send(10, urls).instances().containsKey("by-hand"));
      long millis = (System.nanoTime() - started) / 1_000_000;
      demo.fleet().etcd().ctl("del", key);
      within(
          TRAFFIC_BOUND,
          "the deleted host still gets traffic",
          () -> !Traffic.send(100, urls).instances().containsKey("by-hand"));
      Traffic after = Traffic.send(300, urls);
      require(after.all(200), "answers " + after.statuses());
      require(!after.instances().containsKey("by-hand"), "the deleted host got a request again");
      return "first request after " + millis + " ms";
    }
  }

  private String applyAndWait() throws IOException {
    Path directory = Files.createTempDirectory("headgate-check");
    String routes = Files.readString(demo.manifests().resolve("30-routes.yaml"));
    Path changed =
        Files.writeString(
            directory.resolve("routes.yaml"),
            routes.replace("weight: 90", "weight: 0").replace("weight: 10", "weight: 100"));
    demo.applyAndWait(changed);
    Traffic traffic = Traffic.send(200, demo.urls("/shop"));
    demo.applyAndWait(demo.manifests().resolve("30-routes.yaml"));
    require(
        traffic.all(200) && traffic.of("shop-next") == 200,
        "after wait, requests still went to " + traffic.instances());
    return "200 of 200 requests right after it went the new way";
  }

  private String badManifest() throws IOException {
    Path file =
        Files.writeString(
            Files.createTempFile("headgate-bad", ".yaml"),
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata:
              name: bad
            spec:
              parentRefs:
                - name: edge
              rules:
                - matchs: []
                  backendRefs:
                    - name: shop
                      port: 99999
                      weight: -1
            """);
    CommandLine.Result result = demo.fleet().commandLine().run("apply", "-f", file.toString());
    require(result.exitCode() == 2, "exit code " + result.exitCode() + ": " + result.all());
    for (String part : List.of("matchs", "backendRefs[0].weight", "backendRefs[0].port")) {
      require(result.all().contains(part), "nothing said of " + part + ": " + result.all());
    }
    require(
        demo.fleet().etcd().ctl("get", "/headgate/v1/config/httproute/default/bad").isBlank(),
        "something was written");
    return "3 violations, exit code 2, nothing written";
  }

  private String held() {
    String key = "/headgate/v1/config/httproute/default/broken";
    demo.fleet().etcd().ctl("put", key, "{\"kind\": ");
    ControlPlaneProcess replica = demo.fleet().controlPlanes().getFirst();
    within(
        Duration.ofSeconds(5),
        "no hold of " + key,
        () -> {
          String holds = demo.fleet().rest(replica, "/holds");
          return holds.contains(key) && holds.contains("author");
        });
    require(Traffic.send(50, demo.urls("/shop")).all(200), "traffic suffered");
    demo.fleet().etcd().ctl("del", key);
    within(
        Duration.ofSeconds(5),
        "the hold did not end",
        () -> !demo.fleet().rest(replica, "/holds").contains(key));
    return key;
  }

  private String overload() {
    Weights weights = new Weights(demo.fleet(), "shop");
    double usual = 400;
    try (Traffic load = Traffic.steady(300, demo.urls("/shop"))) {
      demo.fleet().backend("shop-1").capacity(40);
      long fell =
          timed(
              OVERLOAD_BOUND,
              "shop-1 keeps its weight",
              weights,
              () -> weights.share("shop-1") < 0.5);
      demo.fleet().backend("shop-1").capacity(usual);
      long back =
          timed(
              RECOVERY_BOUND, "shop-1 stays light", weights, () -> weights.share("shop-1") >= 0.9);
      require(load.all(200), "answers " + load.statuses());
      return "below half of its peers' mean after "
          + fell
          + " s, at 0.9 of it again after "
          + back
          + " s";
    }
  }

  private String lastKnownGood() {
    ProxyProcess stays = demo.fleet().proxies().get(0);
    ProxyProcess restarts = demo.fleet().proxies().get(1);
    demo.fleet().controlPlanes().forEach(ControlPlaneProcess::kill);
    try {
      Traffic through = Traffic.send(5_000, List.of(demo.url(stays, "/shop")));
      require(through.all(200), "without control planes the answers were " + through.statuses());
      restarts.close();
      restarts.start();
      restarts.awaitReady();
      Traffic fromDisk = Traffic.send(1_000, List.of(demo.url(restarts, "/shop")));
      require(fromDisk.all(200), "from disk the answers were " + fromDisk.statuses());
      require(
          restarts.process().output().contains("last-known-good"),
          "the restarted proxy does not say that it serves from disk");
    } finally {
      demo.fleet().controlPlanes().forEach(ControlPlaneProcess::start);
      demo.fleet().controlPlanes().forEach(ControlPlaneProcess::awaitReady);
    }
    return "5,000 requests without an error, 1,000 from disk";
  }

  private String goodToken() {
    return demo.issuer().token(DemoFleet.AUDIENCE, Duration.ofMinutes(5));
  }

  private static void account(int status, String url, String token) {
    expect(status, url, "x-tenant", "acme", "authorization", "Bearer " + token);
  }

  private static void expect(int status, String url, String... headers) {
    int answered = Http.status(url, headers);
    require(answered == status, url + " answered " + answered + ", not " + status);
  }

  private static long timed(
      Duration bound, String problem, Weights weights, BooleanSupplier condition) {
    long started = System.nanoTime();
    require(
        Await.reached(bound, condition),
        problem + " after " + bound.toSeconds() + " s: " + weights.last());
    return (System.nanoTime() - started) / 1_000_000_000;
  }

  private static void within(Duration bound, String problem, BooleanSupplier condition) {
    require(Await.reached(bound, condition), problem + " within " + bound.toMillis() + " ms");
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalStateException(problem);
    }
  }
}
