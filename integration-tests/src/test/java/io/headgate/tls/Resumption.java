package io.headgate.tls;

import static io.headgate.tls.Client.Show.CHAIN;
import static io.headgate.tls.Client.Show.RESUMED;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a session may be resumed. All listeners with keys share them, so nothing but the rules
 * keeps a session where it was made.
 */
final class Resumption implements Topic {
  private static final String KEYS = ", session_ticket_keys: {keys: [{filename: \"${tickets}\"}]}";
  private static final String REQUIRE = ", require_client_certificate: true";
  private static final String WHY_LISTENER =
      "Envoy's sessions are good at every listener with the same names and rules; Headgate's stay"
          + " where they were made";

  private static String mutual(String ca) {
    return Door.tls("both_ec", "validation_context: {trusted_ca: {filename: \"${" + ca + "}\"}}")
        + KEYS;
  }

  @Override
  public List<Door> doors() {
    return List.of(
        Door.of("keys")
            .chain("a", "a.test", Door.tls("a") + KEYS)
            .chain("b", "b.test", Door.tls("b") + KEYS)
            .chain("both", "both.test", Door.tls("both_ec") + KEYS)
            .chain("same", "same.test", Door.tls("both_ec") + KEYS)
            .chain("maybe", "maybe.test", mutual("clients_ca"))
            .chain("one", "one.test", mutual("clients_ca") + REQUIRE)
            .chain("two", "two.test", mutual("others_ca") + REQUIRE)
            .chain("any", "any.test", mutual("both_ca") + REQUIRE),
        Door.of("keys-elsewhere").chain("a", "a.test", Door.tls("a") + KEYS),
        Door.of("own-keys", Door.tls("a")),
        Door.of("ids", Door.tls("a") + ", disable_stateless_session_resumption: true"),
        Door.of(
            "nothing",
            Door.tls("a")
                + ", disable_stateless_session_resumption: true,"
                + " disable_stateful_session_resumption: true"),
        Door.of("brief", Door.tls("a") + KEYS + ", session_timeout: 1000s"));
  }

  private static Client at(String door, String name, String... flags) {
    return Client.of(door, name).flags(flags).show(CHAIN, RESUMED);
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String version : List.of("-tls1_2", "-tls1_3")) {
      Client a = at("keys", "a.test", version);
      Client both = at("keys", "both.test", version);
      Client good = at("keys", "one.test", version).shows("good");
      List<Case> some =
          List.of(
              Case.of("where it was made", a.resumes(a), "200 a resumed"),
              Case.of("another chain", at("keys", "b.test", version).resumes(a), "200 b new"),
              Case.of(
                  "another chain with the same certificate",
                  at("keys", "same.test", version).resumes(both),
                  "200 same new"),
              Case.of("own keys", own(version), "200 own-keys resumed"),
              Case.of("with a timeout", twice("brief", version), "200 brief resumed"),
              Case.of(
                  "switched off",
                  nothing(version),
                  "there is no session to resume: 200 nothing new"),
              Case.of("mutual TLS", good.resumes(good), "200 one resumed"),
              Case.of(
                  "from one CA set to another",
                  at("keys", "two.test", version).shows("good").resumes(good),
                  "refused"),
              Case.of(
                  "from a larger CA set to a smaller",
                  at("keys", "one.test", version)
                      .shows("stranger")
                      .resumes(at("keys", "any.test", version).shows("stranger")),
                  "refused"),
              Case.of(
                  "from a chain that asks for no certificate",
                  at("keys", "one.test", version).resumes(both),
                  "refused"),
              Case.of(
                  "from a chain that needs no certificate",
                  at("keys", "one.test", version).resumes(at("keys", "maybe.test", version)),
                  "refused"),
              Case.of(
                      "another listener",
                      at("keys-elsewhere", "a.test", version).resumes(a),
                      "200 a new")
                  .butEnvoy("200 a resumed", WHY_LISTENER));
      for (Case one : some) {
        cases.add(
            new Case(
                "session " + one.name() + " " + version,
                one.client(),
                one.expected(),
                one.envoy(),
                one.reason()));
      }
    }
    Client id = at("ids", "a.test", "-tls1_2");
    cases.add(Case.of("session by its id", id.resumes(id), "200 ids resumed"));
    return cases;
  }

  private static Client own(String version) {
    return twice("own-keys", version);
  }

  private static Client nothing(String version) {
    return twice("nothing", version);
  }

  private static Client twice(String door, String version) {
    Client client = at(door, "a.test", version);
    return client.resumes(client);
  }
}
