package io.headgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.deploy.fleet.Http;
import io.headgate.deploy.fleet.TokenIssuer;
import io.headgate.deploy.quickstart.DemoFleet;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The centrally pushed token policy, seen from a client and from the backend. */
class TokenPolicyTest {

  private static final Duration SOON = Duration.ofMinutes(5);

  private final DemoFleet demo = Fleets.shared();

  private record Case(String name, String token, int status) {}

  @TestFactory
  List<DynamicTest> everyTokenGetsItsAnswer() {
    TokenIssuer issuer = demo.issuer();
    String good = issuer.token("account", SOON);
    String changed = good.substring(0, good.length() - 6) + "AAAAAA";
    return List.of(
            new Case("good", good, 200),
            new Case("none", "", 401),
            new Case(
                "forged by another key",
                new TokenIssuer("quickstart.headgate").token("account", SOON),
                401),
            new Case("signature changed", changed, 401),
            new Case("expired", issuer.token("account", Duration.ofHours(-1)), 401),
            new Case("alg none", issuer.unsigned("account"), 401),
            new Case("no token at all", "rubbish", 401),
            new Case("wrong issuer", new TokenIssuer("someone-else").token("account", SOON), 401),
            new Case("wrong audience", issuer.token("another", SOON), 403))
        .stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)))
        .toList();
  }

  private void check(Case each) {
    for (String url : demo.urls("/account")) {
      HttpResponse<String> answer =
          (each.token().isEmpty()
                  ? Http.get(url, "x-tenant", "acme")
                  : Http.get(url, "x-tenant", "acme", "authorization", "Bearer " + each.token()))
              .orElseThrow();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(each.status());
      // A backend names itself in every answer of its own.
      assertThat(answer.headers().firstValue("x-instance").isPresent())
          .isEqualTo(each.status() == 200);
    }
  }
}
