package io.headgate.deploy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.process.EtcdProcess;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdRegistrationTest {

  private static final String KEY = "/headgate/v1/hosts/default/shop/shop-1";

  @TempDir Path directory;

  @Test
  void aHostHangsOnALeaseAndLeavesCleanly() throws Exception {
    try (EtcdProcess etcd = new EtcdProcess(directory)) {
      EtcdRegistration registration = new EtcdRegistration(etcd.endpoint(), KEY, "127.0.0.1:8080");
      assertThat(etcd.ctl("get", KEY, "--print-value-only"))
          .contains("\"Addr\":\"127.0.0.1:8080\"", "\"draining\":false");
      assertThat(etcd.ctl("get", KEY, "-w", "json")).contains("\"lease\":");

      registration.close();

      assertThat(etcd.ctl("get", KEY)).isBlank();
      assertThat(etcd.ctl("lease", "list")).contains("found 0 leases");
      assertThat(etcd.ctl("get", KEY, "--rev=3", "--print-value-only"))
          .as("the last value before the deletion")
          .contains("\"draining\":true");
    }
  }

  @Test
  void aBackendReportsItsRateOverItsCapacity() throws Exception {
    try (Backend backend =
            new Backend("shop", "shop-1", new InetSocketAddress("127.0.0.1", 0), 1000);
        HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + backend.port() + "/a?b=c");
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("x")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("service=shop instance=shop-1 path=/a\n");
      assertThat(answer.headers().firstValue("endpoint-load-metrics"))
          .hasValueSatisfying(value ->
              assertThat(value)
                  .matches("TEXT application_utilization=[\\d.]+,rps_fractional=[\\d.]+"));
      HttpResponse<String> refused =
          http.send(
              HttpRequest.newBuilder(uri.resolve("/_capacity?rps=0"))
                  .PUT(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(400);
    }
  }
}
