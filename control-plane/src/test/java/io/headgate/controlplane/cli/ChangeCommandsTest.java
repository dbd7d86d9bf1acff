package io.headgate.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ChangeCommandsTest {
  private static final String OVERRIDE =
      "/services/default/cart/hosts/10.0.0.1%3A80/override?reason=slow";

  private static FakeApi withOverride(String override) {
    return new FakeApi()
        .on(
            "GET",
            "/services/default/cart",
            200,
            "{\"hosts\":[{\"instance\":\"10.0.0.1:80\",\"override\":" + override + "}]}")
        .on("PUT", OVERRIDE, 200, "{\"revision\":1060}")
        .on("DELETE", OVERRIDE, 200, "{\"revision\":1061}");
  }

  private static Run weight(FakeApi api, String... more) {
    String[] all = new String[more.length + 6];
    System.arraycopy(
        new String[] {"weight", "set", "cart", "10.0.0.1:80", "--reason", "slow"}, 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return Run.at(api, all);
  }

  @Test
  void aWeightKeepsTheRestOfTheOverride() {
    try (FakeApi api =
        withOverride(
            "{\"weight\":null,\"drain\":true,\"quarantine\":false,\"expires\":\"t\",\"author\":\"a\"}")) {
      Run run = weight(api, "0.5");
      assertThat(run.code()).isZero();
      assertThat(run.out()).isEqualTo("default/cart/10.0.0.1:80 weight 0.5 at revision 1060\n");
      assertThat(ApiClient.JSON.readTree(api.asked.get(1).body()))
          .isEqualTo(
              ApiClient.JSON.readTree(
                  "{\"drain\":true,\"quarantine\":false,\"expires\":\"t\",\"weight\":0.5}"));
      assertThat(weight(api, "0.5", "--for", "90m").code()).isZero();
      assertThat(ApiClient.JSON.readTree(api.asked.get(3).body()).path("ttl").asString(""))
          .isEqualTo("1h30m");
    }
  }

  @Test
  void takingTheLastThingBackDeletesTheOverride() {
    try (FakeApi api = withOverride("{\"weight\":2,\"drain\":false}")) {
      assertThat(weight(api, "own").out()).endsWith("at revision 1061\n");
      assertThat(api.asked.get(1).method()).isEqualTo("DELETE");
      assertThat(weight(api, "-1").code()).isEqualTo(2);
      assertThat(weight(api, "1e3").code()).isEqualTo(2);
      assertThat(Run.at(api, "weight", "set", "cart", "other", "1", "--reason", "slow").code())
          .isEqualTo(Exit.NOT_FOUND.code());
    }
  }

  @Test
  void aHostIsDrainedAndTakenBack() {
    try (FakeApi api = withOverride("null")) {
      String[] drain = {"drain", "host", "cart", "10.0.0.1:80", "--reason", "slow"};
      assertThat(Run.at(api, drain).out())
          .isEqualTo("default/cart/10.0.0.1:80 draining at revision 1060\n");
      assertThat(api.asked.get(1).body()).isEqualTo("{\"drain\":true}");
      String[] undo = {"drain", "host", "cart", "10.0.0.1:80", "--reason", "slow", "--undo"};
      assertThat(Run.at(api, undo).out()).endsWith("in use at revision 1061\n");
    }
  }

  @Test
  void waitEndsWithWhatTheFleetSays() {
    String base = "/fleet/convergence?timeout=";
    try (FakeApi api = new FakeApi()) {
      api.on(
              "GET",
              base + "0ms&proxies=2&revision=1",
              200,
              "{\"state\":\"pending\",\"reason\":\"p2 warms\"}")
          .on(
              "GET",
              base + "0ms&proxies=1&revision=2",
              200,
              "{\"state\":\"failed\",\"reason\":\"held: bad\"}")
          .on(
              "GET",
              base + "0ms&proxies=1",
              200,
              "{\"state\":\"converged\",\"revision\":9,\"proxies\":[{},{}]}");

      Run pending = Run.at(api, "wait", "--revision", "1", "--timeout", "0s", "--proxies", "2");
      Run failed = Run.at(api, "wait", "--revision", "2", "--timeout", "0s");
      Run done = Run.at(api, "wait", "--timeout", "0s");

      assertThat(pending).isEqualTo(new Run(Exit.TIMEOUT.code(), "", "pending: p2 warms\n"));
      assertThat(failed).isEqualTo(new Run(Exit.FAILED.code(), "", "failed: held: bad\n"));
      assertThat(done).isEqualTo(new Run(0, "2 proxies serve revision 9\n", ""));
    }
  }

  @Test
  void waitOutlivesAControlPlaneThatRestarts() {
    try (FakeApi api = new FakeApi()) {
      // The first question asks for the longest step; the second comes after a pause, so its rest
      // is not known.
      api.on("GET", "/fleet/convergence?timeout=20000ms&proxies=1", 503, "{\"title\":\"starting\"}")
          .on(
              "GET",
              "/fleet/convergence?timeout=20000ms&proxies=1",
              200,
              "{\"state\":\"converged\",\"revision\":3,\"proxies\":[{}]}");
      Run run = Run.at(api, "wait", "--timeout", "60s");
      assertThat(run.out()).isEqualTo("1 proxies serve revision 3\n");
      assertThat(api.asked).hasSize(2);
    }
  }

  @Test
  void objectsAreDeletedByName() {
    try (FakeApi api = new FakeApi()) {
      api.on("DELETE", "/objects/httproute/shop/cart?dryRun=false", 200, "{\"revision\":5}");
      assertThat(Run.at(api, "delete", "httproute", "cart", "-n", "shop").out())
          .isEqualTo("httproute/shop/cart deleted at revision 5\n");
      assertThat(Run.at(api, "delete", "httproute", "cart").code()).isEqualTo(3);
      assertThat(Run.at(api, "delete", "httproute").code()).isEqualTo(2);
    }
  }

  @Test
  void restoreAndAcceptNameTheirConflicts() {
    try (FakeApi api = new FakeApi()) {
      api.on(
              "POST",
              "/source/restore?reason=wiped",
              200,
              "{\"outcome\":\"restored\",\"revision\":12}")
          .on(
              "POST",
              "/source/accept-etcd",
              409,
              "{\"title\":\"conflict\",\"detail\":\"nothing is held\"}");
      assertThat(Run.at(api, "restore", "--from-image", "--reason", "wiped").out())
          .isEqualTo("restored at revision 12\n");
      assertThat(Run.at(api, "restore").code()).isEqualTo(2);
      Run accept = Run.at(api, "accept-etcd");
      assertThat(accept.code()).isEqualTo(Exit.CONFLICT.code());
      assertThat(accept.err()).isEqualTo("conflict: nothing is held\n");
    }
  }
}
