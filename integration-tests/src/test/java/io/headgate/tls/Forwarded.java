package io.headgate.tls;

import static io.headgate.tls.Client.Show.FORWARDED;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What backends are told of the client's certificate, in every mode. */
final class Forwarded implements Topic {
  private static final List<String> MODES =
      List.of("SANITIZE", "FORWARD_ONLY", "APPEND_FORWARD", "SANITIZE_SET", "ALWAYS_FORWARD_ONLY");
  private static final String SENT = "Hash=" + "ab".repeat(32);
  private static final String OWN =
      "Hash=${good_hash};Subject=\"CN=client.test\";URI=spiffe://one.test/web;DNS=client.test";

  private static String door(String mode) {
    return "xfcc-" + mode.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public List<Door> doors() {
    List<Door> doors = new ArrayList<>();
    for (String mode : MODES) {
      doors.add(
          Door.of(
                  door(mode),
                  Door.tls(
                      "default", "validation_context: {trusted_ca: {filename: \"${clients_ca}\"}}"))
              .with("forward_client_cert_details: " + mode)
              .with("set_current_client_cert_details: {subject: true, uri: true, dns: true}"));
    }
    return doors;
  }

  private static List<Case> cases(String mode, String shownAndSent, String shown, String sent) {
    Client client = Client.of(door(mode), "default.test").show(FORWARDED);
    String header = "x-forwarded-client-cert: " + SENT;
    return List.of(
        Case.of(
            mode + ", certificate and header",
            client.shows("good").header(header),
            "200 " + shownAndSent),
        Case.of(mode + ", certificate", client.shows("good"), "200 " + shown),
        Case.of(mode + ", header", client.header(header), "200 " + sent),
        Case.of(mode + ", neither", client, "200 -"));
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(cases("SANITIZE", "-", "-", "-"));
    cases.addAll(cases("FORWARD_ONLY", SENT, "-", "-"));
    cases.addAll(cases("APPEND_FORWARD", SENT + "," + OWN, OWN, "-"));
    cases.addAll(cases("SANITIZE_SET", OWN, OWN, "-"));
    cases.addAll(cases("ALWAYS_FORWARD_ONLY", SENT, "-", SENT));
    return cases;
  }
}
