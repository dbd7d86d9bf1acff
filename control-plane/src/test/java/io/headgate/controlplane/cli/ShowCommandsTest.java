package io.headgate.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.codec.FleetReader;
import org.junit.jupiter.api.Test;

class ShowCommandsTest {
  private static final String ITEM =
      """
      {"kind":"service","namespace":"default","name":"cart","key":"/k","revision":1042,"author":"alice",
       "object":{"apiVersion":"gateway.headgate.io/v1","kind":"Service","metadata":{"name":"cart","labels":{"v":"1.10"}},
                 "spec":{"ports":[{"name":"http","port":80}]}},
       "held":null,"status":{"conditions":[{"type":"Accepted","status":"True","message":""}]}}\
      """;
  private static final String HELD =
      """
      {"kind":"httproute","namespace":"default","name":"shop","revision":1050,"author":"revision 1050","object":null,
       "held":{"key":"/headgate/v1/config/httproute/default/shop","revision":1050,"author":"revision 1050",
               "reason":"not JSON","violations":[{"path":"spec","value":"-1","reason":"bad","fix":"mend"}]}}\
      """;

  @Test
  void aHeldObjectIsShownWithKeyRevisionAndReason() {
    try (FakeApi api = new FakeApi()) {
      api.on("GET", "/objects", 200, "{\"items\":[" + ITEM + "," + HELD + "]}");

      Run run = Run.at(api, "get");

      assertThat(run.code()).isZero();
      assertThat(run.out())
          .isEqualTo(
              """
              KIND       NAMESPACE  NAME  REVISION  AUTHOR         STATE
              service    default    cart  1042      alice          accepted
              httproute  default    shop  1050      revision 1050  held
              held: /headgate/v1/config/httproute/default/shop revision 1050 by revision 1050: not JSON
                spec: "-1": bad; mend
              """);
    }
  }

  @Test
  void hygieneShowsWhatExpiresAndWhatRetires() {
    try (FakeApi api = new FakeApi()) {
      api.on(
          "GET",
          "/hygiene",
          200,
          """
          {"certificates":[{"place":"listener edge","name":"www","kind":"own","subject":"CN=w",
            "dnsNames":["www.test","a.test"],"keyType":"ecdsa_p256","notAfter":"2026-04-01T00:00:00Z",
            "daysLeft":12,"state":"month","proxies":["p1","p2"]}],
           "allowList":[{"what":"version","name":"TLSv1.2","state":"allowed","retires":"2030-12-31",
            "reason":"frozen","downstream":17,"upstream":0,"places":[],"proxies":["p1"]}]}\
          """);

      Run run = Run.at(api, "hygiene");

      assertThat(run.code()).isZero();
      assertThat(run.out())
          .isEqualTo(
              """
              CERTIFICATE  KIND  PLACE          NAMES            KEY         EXPIRES               DAYS  STATE  PROXIES
              www          own   listener edge  www.test,a.test  ecdsa_p256  2026-04-01T00:00:00Z  12    month  2

              WHAT     NAME     STATE    RETIRES     DOWNSTREAM  UPSTREAM  PROXIES  WHY
              version  TLSv1.2  allowed  2030-12-31  17          0         1        frozen
              """);
    }
  }

  @Test
  void yamlCanBeAppliedAgainAndJsonIsTheWholeAnswer() {
    try (FakeApi api = new FakeApi()) {
      api.on("GET", "/objects/service/default/cart", 200, ITEM)
          .on("GET", "/objects/service?held=true", 200, "{\"items\":[]}");

      Run yaml = Run.at(api, "get", "services", "cart", "-o", "yaml");
      Run json = Run.at(api, "get", "Service", "cart", "-o", "json");

      assertThat(FleetReader.manifests(yaml.out()).get(0).object().isValid()).isTrue();
      assertThat(yaml.out()).contains("v: '1.10'", "  ports:\n  - name: http\n    port: 80\n");
      assertThat(ApiClient.JSON.readTree(json.out())).isEqualTo(ApiClient.JSON.readTree(ITEM));
      assertThat(Run.at(api, "get", "service", "--held").code()).isZero();
      assertThat(Run.at(api, "get", "service", "none").code()).isEqualTo(Exit.NOT_FOUND.code());
      assertThat(Run.at(api, "get", "servce").code()).isEqualTo(Exit.BAD_INPUT.code());
    }
  }

  @Test
  void theFleetSaysWhatEachProxyWaitsFor() {
    try (FakeApi api = new FakeApi()) {
      api.on(
          "GET",
          "/fleet",
          200,
          """
          {"revision":1054,"summary":{"proxies":2,"converged":1},
           "replicas":[{"id":"cp-1","address":"a:1","self":true,"leader":true,"state":"connected","lastSeen":"t"}],
           "proxies":[
            {"id":"p1","state":"converged","evidence":"status","client":"headgate","version":"1","replica":"cp-1",
             "source":{"kind":"LIVE"},"lastSeen":"t","unknownSince":null,"types":[]},
            {"id":"p2","state":"nacked","evidence":"ack","client":"envoy","version":"1","replica":"cp-1",
             "source":null,"lastSeen":"t","unknownSince":null,
             "types":[{"type":"route","nacked":{"message":"no such cluster"},"pending":[]}]}]}\
          """);

      Run run = Run.at(api, "fleet");

      assertThat(run.out()).contains("cp-1 (this one)", "route refused: no such cluster");
      assertThat(run.out().lines().filter(l -> l.startsWith("p1")).findFirst().orElse(""))
          .contains("converged  status    headgate 1")
          .endsWith("-");
    }
  }

  @Test
  void hostsShowTheirWeightsAndWhy() {
    try (FakeApi api = new FakeApi()) {
      api.on(
              "GET",
              "/services",
              200,
              "{\"items\":[{\"namespace\":\"default\",\"name\":\"cart\",\"hosts\":{\"total\":3,\"healthy\":2,"
                  + "\"draining\":0,\"quarantined\":1},\"held\":null,\"requestsPerSecond\":118.4}]}")
          .on(
              "GET",
              "/services/default/cart",
              200,
              "{\"hosts\":[{\"instance\":\"cart-1\",\"address\":\"127.0.0.1:9001\",\"health\":\"healthy\",\"weights\":"
                  + "{\"configured\":1.0,\"fleet\":0.74,\"effective\":0.74,\"reasons\":[\"busy\"]},\"override\":null,"
                  + "\"load\":null}]}");

      assertThat(Run.at(api, "hosts").out())
          .contains("default    cart     3      2        0         1            118.40  -");
      assertThat(Run.at(api, "hosts", "cart").out())
          .contains(
              "cart-1    127.0.0.1:9001  healthy  1.00        0.74   0.74       -    -           "
                  + " busy");
    }
  }
}
