package io.headgate.dataplane.hcm;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.EchoTerminal;
import io.headgate.dataplane.harness.TestGenerations;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.http.ForwardedRules;
import io.headgate.xds.model.http.HttpRules;
import io.headgate.xds.model.http.LocalReplyRules;
import io.headgate.xds.model.http.PathRules;
import io.headgate.xds.model.http.RequestIdRules;
import io.headgate.xds.model.http.ServerHeader;
import io.headgate.xds.model.http.ServerHeader.Transformation;
import io.headgate.xds.model.value.CidrRange;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request's head may say of itself, by who sent it; and what heads get on their way. */
class RequestHygieneTest {
  private static final HeaderName CLIENT_CERT = HeaderName.of("x-forwarded-client-cert");
  private static final List<CidrRange> TENS = List.of(new CidrRange("10.0.0.0", 8));

  private final RequestHead head = new RequestHead();
  private final StreamInfo info = new StreamInfo(peer("203.0.113.9"), 1, 0, 0);

  private static ConnectionInfo peer(String address) {
    return new ConnectionInfo(
        1, new InetSocketAddress(address, 5), new InetSocketAddress("192.0.2.1", 8443), null);
  }

  private static HttpRules rules(ForwardedRules forwarded) {
    return new HttpRules(
        forwarded,
        RequestIdRules.DEFAULT,
        PathRules.DEFAULT,
        HttpRules.UnderscoreHeaders.ALLOW,
        HttpRules.Answers.DEFAULT,
        HttpRules.DEFAULT.protocols(),
        false);
  }

  private static HcmSettings settings(HttpRules rules) {
    HcmSettings plain =
        TestGenerations.of(new EchoTerminal(), (info, request, response, trailers) -> {})
            .settings();
    return new HcmSettings(
        rules,
        plain.timeouts(),
        plain.http1(),
        plain.meters(),
        plain.telemetry(),
        "edge",
        plain.limits());
  }

  private void apply(ForwardedRules forwarded, String peer) {
    head.path("/");
    head.authority("a.test");
    assertThat(RequestHygiene.apply(head, peer(peer), settings(rules(forwarded)), info)).isNull();
  }

  private static ForwardedRules remote(int hops, List<CidrRange> internal) {
    return new ForwardedRules(true, hops, false, false, "", internal, null);
  }

  private void spoof(@Nullable String forwardedFor) {
    if (forwardedFor != null) {
      head.headers().add(HeaderNames.X_FORWARDED_FOR, forwardedFor);
    }
    head.headers().add(HeaderNames.X_FORWARDED_PROTO, "https");
    head.headers().add(HeaderNames.X_FORWARDED_HOST, "evil");
    head.headers().add(HeaderNames.X_REAL_IP, "1.1.1.1");
    head.headers().add(HeaderNames.FORWARDED, "for=1.1.1.1");
    head.headers().add(HeaderNames.X_REQUEST_ID, "mine");
    head.headers().add(HeaderNames.X_ENVOY_RETRY_ON, "5xx");
    head.headers().add(HeaderNames.X_ENVOY_INTERNAL, "true");
    head.headers().add(HeaderNames.X_ENVOY_ORIGINAL_PATH, "/admin");
    head.headers().add(HeaderNames.X_ENVOY_EXTERNAL_ADDRESS, "1.1.1.1");
    head.headers().add(HeaderName.of("x-envoy-peer-metadata"), "x");
    head.headers().add(CLIENT_CERT, "By=me");
  }

  private @Nullable String get(HeaderName name) {
    return head.headers().joined(name);
  }

  @Test
  void aClientSaysNothingOfItself() {
    spoof("10.0.0.1");
    apply(remote(0, TENS), "203.0.113.9");
    assertThat(get(HeaderNames.X_FORWARDED_FOR)).isEqualTo("203.0.113.9");
    assertThat(get(HeaderNames.X_FORWARDED_PROTO)).isEqualTo("http");
    assertThat(get(HeaderNames.X_ENVOY_EXTERNAL_ADDRESS)).isEqualTo("203.0.113.9");
    assertThat(get(HeaderNames.X_REQUEST_ID)).isNotEqualTo("mine").hasSize(36);
    assertThat(head.headers().toString())
        .doesNotContain("evil", "1.1.1.1", "5xx", "/admin", "peer-metadata", "By=", "internal");
    assertThat(head.scheme()).isEqualTo("http");
  }

  @Test
  void aTrustedHopNamesTheClientButDoesNotSteer() {
    spoof("198.51.100.7, 10.0.0.5");
    apply(remote(1, List.of()), "203.0.113.9");
    assertThat(get(HeaderNames.X_FORWARDED_FOR)).isEqualTo("198.51.100.7, 10.0.0.5,203.0.113.9");
    assertThat(get(HeaderNames.X_FORWARDED_PROTO)).isEqualTo("https");
    assertThat(get(HeaderNames.X_ENVOY_EXTERNAL_ADDRESS)).isEqualTo("10.0.0.5");
    assertThat(info.clientAddress).isEqualTo("10.0.0.5");
    assertThat(get(HeaderNames.X_ENVOY_RETRY_ON)).isNull();
    assertThat(get(HeaderNames.X_ENVOY_ORIGINAL_PATH)).isNull();
    assertThat(get(HeaderNames.X_FORWARDED_HOST)).isEqualTo("evil");
    assertThat(get(CLIENT_CERT)).isNull();
  }

  @Test
  void behindAnotherProxyTheLastEntryIsTheClient() {
    spoof("198.51.100.7, 198.51.100.8");
    apply(ForwardedRules.DEFAULT, "10.0.0.2");
    assertThat(get(HeaderNames.X_FORWARDED_FOR)).isEqualTo("198.51.100.7, 198.51.100.8");
    assertThat(info.clientAddress).isEqualTo("198.51.100.8");
    assertThat(get(HeaderNames.X_REQUEST_ID)).isEqualTo("mine");
    assertThat(get(HeaderNames.X_ENVOY_RETRY_ON)).isNull();
    assertThat(get(HeaderNames.X_ENVOY_INTERNAL)).isNull();
    assertThat(get(HeaderNames.X_ENVOY_ORIGINAL_PATH)).isEqualTo("/admin");
    assertThat(head.scheme()).isEqualTo("https");
  }

  @Test
  void anInternalPeerMaySteer() {
    spoof(null);
    apply(remote(0, TENS), "10.1.2.3");
    assertThat(get(HeaderNames.X_ENVOY_INTERNAL)).isEqualTo("true");
    assertThat(get(HeaderNames.X_ENVOY_RETRY_ON)).isEqualTo("5xx");
    assertThat(get(HeaderNames.X_REQUEST_ID)).isEqualTo("mine");
    assertThat(get(HeaderNames.X_ENVOY_EXTERNAL_ADDRESS)).isEqualTo("1.1.1.1");
  }

  @Test
  void anInternalPeerThatForwardsIsNoInternalRequest() {
    spoof("10.0.0.1");
    apply(remote(0, TENS), "10.1.2.3");
    assertThat(get(HeaderNames.X_ENVOY_INTERNAL)).isNull();
    assertThat(get(HeaderNames.X_ENVOY_RETRY_ON)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1, true", "11.0.0.1, ", "'10.0.0.1,10.0.0.2', ", "nonsense, "})
  void withoutTheRemoteAddressASingleInternalEntryCounts(
      String forwardedFor, @Nullable String expected) {
    spoof(forwardedFor);
    apply(new ForwardedRules(false, 0, false, false, "", TENS, null), "203.0.113.9");
    assertThat(get(HeaderNames.X_ENVOY_INTERNAL)).isEqualTo(expected);
  }

  @Test
  void portViaAndAppendingByOption() {
    spoof("198.51.100.7");
    apply(new ForwardedRules(true, 1, true, true, "1.1 edge", List.of(), null), "203.0.113.9");
    assertThat(get(HeaderNames.X_FORWARDED_FOR)).isEqualTo("198.51.100.7");
    assertThat(get(HeaderNames.X_FORWARDED_PORT)).isEqualTo("8443");
    assertThat(get(HeaderNames.VIA)).isEqualTo("1.1 edge");
  }

  @ParameterizedTest
  @CsvSource({
    "a:8443, true, false, false, a",
    "a:80, true, false, false, a:80",
    "a:80, false, true, false, a",
    "[::1]:80, false, true, false, [::1]",
    "[::1], false, true, false, [::1]",
    "a:, false, true, false, a:",
    "a:abc, false, true, false, a:abc",
    "a.:80, false, true, false, a.",
    "a.:80, false, true, true, a",
    "a.:80, false, false, true, a:80",
    "a.., false, false, true, a."
  })
  void hosts(String host, boolean matching, boolean any, boolean dot, String expected) {
    head.authority(host);
    PathRules rules =
        new PathRules(false, false, PathRules.EscapedSlashes.KEEP_UNCHANGED, matching, any, dot);
    Authorities.apply(head, rules, peer("203.0.113.9").local());
    assertThat(head.authority()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "OVERWRITE, theirs, ours",
    "OVERWRITE, , ours",
    "APPEND_IF_ABSENT, theirs, theirs",
    "APPEND_IF_ABSENT, , ours",
    "PASS_THROUGH, theirs, theirs",
    "PASS_THROUGH, , "
  })
  void serverHeader(Transformation how, @Nullable String there, @Nullable String expected) {
    HttpRules rules =
        new HttpRules(
            ForwardedRules.DEFAULT,
            new RequestIdRules(true, false, true),
            PathRules.DEFAULT,
            HttpRules.UnderscoreHeaders.ALLOW,
            new HttpRules.Answers(new ServerHeader("ours", how), LocalReplyRules.NONE),
            HttpRules.DEFAULT.protocols(),
            false);
    ResponseHead answer = new ResponseHead();
    if (there != null) {
      answer.headers().add(HeaderNames.SERVER, there);
    }
    head.headers().add(HeaderNames.X_REQUEST_ID, "id");
    ResponseHygiene.apply(answer, head, settings(rules));
    assertThat(answer.headers().first(HeaderNames.SERVER)).isEqualTo(expected);
    assertThat(answer.headers().first(HeaderNames.X_REQUEST_ID)).isEqualTo("id");
  }

  private static ForwardedRules detecting(List<CidrRange> trusted, int hops, boolean skipAppend) {
    return new ForwardedRules(
        false,
        0,
        false,
        false,
        "",
        List.of(),
        new ForwardedRules.Detection(trusted, hops, skipAppend));
  }

  private @Nullable String detected(ForwardedRules rules, String peer, String forwardedFor) {
    head.headers().set(HeaderNames.X_FORWARDED_FOR, forwardedFor);
    apply(rules, peer);
    return info.clientAddress;
  }

  @Test
  void theClientStandsBeforeOurOwnProxies() {
    ForwardedRules ours = detecting(TENS, 0, true);
    assertThat(detected(ours, "10.0.0.9", "1.1.1.1, 198.51.100.7, 10.0.0.1,10.0.0.2"))
        .isEqualTo("198.51.100.7");
    assertThat(get(HeaderNames.X_FORWARDED_FOR))
        .isEqualTo("1.1.1.1, 198.51.100.7, 10.0.0.1,10.0.0.2");
    assertThat(detected(ours, "10.0.0.9", "10.0.0.3,10.0.0.2")).as("all").isEqualTo("10.0.0.3");
    assertThat(detected(ours, "203.0.113.9", "1.1.1.1")).as("a stranger's word").isNull();
    assertThat(detected(ours, "10.0.0.9", "1.1.1.1, nonsense,10.0.0.2")).isNull();
    assertThat(detected(detecting(List.of(), 1, true), "203.0.113.9", "1.1.1.1,2.2.2.2"))
        .as("by hops")
        .isEqualTo("1.1.1.1");
    assertThat(detected(detecting(TENS, 0, false), "10.0.0.9", "1.1.1.1")).isEqualTo("1.1.1.1");
    assertThat(get(HeaderNames.X_FORWARDED_FOR)).isEqualTo("1.1.1.1,10.0.0.9");
  }
}
