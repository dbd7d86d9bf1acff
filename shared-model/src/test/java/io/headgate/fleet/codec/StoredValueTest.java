package io.headgate.fleet.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.Checked;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.Secret;
import io.headgate.fleet.Service;
import io.headgate.fleet.Violation;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredValueTest {
  private static final HostKey HOST = new HostKey("shop", "cart", "cart-1");
  private static final ObjectKey SERVICE = new ObjectKey(Kind.SERVICE, "shop", "cart");

  private static Checked<Host> host(String json) {
    return FleetReader.host(json.getBytes(UTF_8), HOST);
  }

  private static Checked<FleetObject> object(String json) {
    return FleetReader.object(json.getBytes(UTF_8), SERVICE);
  }

  @Test
  void aHostIsWhatGrpcNamingWrites() {
    Host full =
        host("""
        {"Op":0,"Addr":"127.0.0.1:8080","Metadata":{"weight":2.5,"zone":"a","draining":true,
         "ports":{"admin":9090},"labels":{"rack":"r1"}}}\
        """)
            .orThrow();
    Host bare = host("{\"Addr\":\"[fd00::7]:80\"}").orThrow();

    assertThat(full)
        .isEqualTo(
            new Host(
                HOST,
                "127.0.0.1",
                8080,
                new Host.Details(2.5, "a", true, Map.of("admin", 9090), Map.of("rack", "r1"))));
    assertThat(bare).isEqualTo(new Host(HOST, "fd00::7", 80, Host.Details.NONE));
    assertThat(host("{\"Op\":0,\"Addr\":\"10.0.0.1:80\",\"Metadata\":null}").orThrow().details())
        .isEqualTo(Host.Details.NONE);
    assertThat(FleetWriter.json(bare))
        .isEqualTo("{\"Op\":0,\"Addr\":\"[fd00::7]:80\",\"Metadata\":{\"weight\":1}}");
    for (Host one : new Host[] {full, bare}) {
      assertThat(host(FleetWriter.json(one)).orThrow()).isEqualTo(one);
    }
  }

  @Test
  void aPortIsTheHostsOwnThenTheServicesThenTheAddresses() {
    Host host = host("{\"Addr\":\"10.0.0.1:80\",\"Metadata\":{\"ports\":{\"admin\":9}}}").orThrow();
    assertThat(host.portFor(new Service.Port("admin", 1, 2))).isEqualTo(9);
    assertThat(host.portFor(new Service.Port("http", 1, 2))).isEqualTo(2);
    assertThat(host.portFor(new Service.Port("http", 1, null))).isEqualTo(80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'Addr':'10.0.0.1:80','Metadata':{'weight':-1}} | Metadata.weight | is not a weight",
        "{'Addr':'10.0.0.1:80','Metadata':{'weight':'1'}} | Metadata.weight | must be a number, not"
            + " text",
        "{'Addr':'10.0.0.1:80','Metadata':{'weigth':1}} | Metadata.weigth | is not a field of"
            + " Metadata",
        "{'Addr':'host:80'} | Addr | is not an IP address and a port",
        "{'Addr':'10.0.0.256:80'} | Addr | is not an IP address and a port",
        "{'Addr':'010.0.0.1:80'} | Addr | is not an IP address and a port",
        "{'Addr':'10.0.0.1:0'} | Addr | is not a port",
        "{'Addr':'10.0.0.1'} | Addr | is not an IP address and a port",
        "{'Op':1,'Addr':'10.0.0.1:80'} | Op | is not an added host",
        "{} | Addr | is required",
        "{'Addr':'10.0.0.1:80','Metadata':{'ports':{'http':99999}}} | Metadata.ports[\"http\"] | is"
            + " not a port",
        "[] | '' | must be a mapping, not a list",
        "{'Addr':'10.0.0.1:80','Addr':'10.0.0.2:80'} | Addr | is given twice, first in line 1"
      })
  void aHostThatBreaksARuleSaysWhichAndWhere(String json, String path, String reason) {
    assertThat(host(json.replace('\'', '"')).violations())
        .singleElement()
        .satisfies(v -> {
          assertThat(v.path()).isEqualTo(path.equals("''") ? "" : path);
          assertThat(v.reason()).isEqualTo(reason);
          assertThat(v.line()).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":1} x",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":NaN}",
        "{\"a\":.5}",
        "// comment\n{}",
        "kind: Service"
      })
  void onlyStrictJsonIsReadFromEtcd(String text) {
    assertThat(object(text).violations())
        .singleElement()
        .satisfies(v -> assertThat(v.reason()).startsWith("is not JSON"));
  }

  @Test
  void bytesThatAreNotUtf8AreNoJson() {
    assertThat(FleetReader.object(new byte[] {'"', (byte) 0xff, '"'}, SERVICE).violations())
        .extracting(Violation::reason)
        .containsExactly("is not JSON: not UTF-8");
  }

  @Test
  void theKeyGivesTheNamesAndTheValueMayNotDisagree() {
    String value =
        "{\"apiVersion\":\"gateway.headgate.io/v1\",\"kind\":\"%s\",\"metadata\":{%s},\"spec\":{\"ports\":[{\"port\":80}]}}";

    assertThat(object(value.formatted("Service", "")).orThrow().key()).isEqualTo(SERVICE);
    assertThat(object(value.formatted("Service", "\"name\":\"card\"")).violations())
        .extracting(Violation::path, Violation::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("metadata.name", "is not what the key says: cart"));
    assertThat(object(value.formatted("Gateway", "")).violations())
        .extracting(Violation::path)
        .containsExactly("kind");
  }

  @Test
  void ticketKeysAreWhole() {
    ObjectKey key = new ObjectKey(Kind.SECRET, "shop", "tickets");
    for (int bytes : List.of(80, 1280)) {
      assertThat(FleetReader.object(tickets(bytes), key).violations()).isEmpty();
    }
    for (int bytes : List.of(0, 48, 81, 1360)) {
      assertThat(FleetReader.object(tickets(bytes), key).violations())
          .singleElement()
          .satisfies(v -> {
            assertThat(v.path()).isEqualTo("data[\"tls.ticket-keys\"]");
            assertThat(v.reason()).isEqualTo("holds " + bytes + " bytes and not 1 to 16 keys");
          });
    }
  }

  private static byte[] tickets(int bytes) {
    String keys = Base64.getEncoder().encodeToString(new byte[bytes]);
    return "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"tls.ticket-keys\":\"%s\"}}"
        .formatted(keys)
        .getBytes(UTF_8);
  }

  @Test
  void aSecretNeverShowsInAViolation() {
    ObjectKey key = new ObjectKey(Kind.SECRET, "shop", "cert");
    String value =
        """
        {"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls",
         "dta":{"tls.key":"hunter2"}, "stringDat":"hunter2",
         "data":{"tls.crt":"hunter2!", "tls.key":"aHVudGVyMg=="}}\
        """;

    Checked<FleetObject> read = FleetReader.object(value.getBytes(UTF_8), key);

    assertThat(read.violations()).hasSizeGreaterThan(2);
    assertThat(read.violations().toString()).doesNotContain("hunter2").doesNotContain("aHVudGVyMg");
    Secret secret =
        (Secret)
            FleetReader.object(
                    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"stringData\":{\"a\":\"hunter2\"}}"
                        .getBytes(UTF_8),
                    key)
                .orThrow();
    assertThat(secret.toString()).doesNotContain("hunter2");
    assertThat(FleetWriter.publicJson(secret))
        .doesNotContain("hunter2")
        .doesNotContain("aHVudGVyMg");
    assertThat(FleetWriter.publicYaml(secret))
        .doesNotContain("hunter2")
        .doesNotContain("aHVudGVyMg");
    assertThat(FleetReader.object(FleetWriter.storedJson(secret).getBytes(UTF_8), key).orThrow())
        .isEqualTo(secret);
  }
}
