package io.headgate.dataplane.filters.jwtauthn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filters.FakeFilterStream;
import io.headgate.dataplane.filters.jwtauthn.Tokens.Key;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import io.headgate.xds.model.filter.JwtProvider;
import io.headgate.xds.model.filter.JwtProvider.ClaimToHeader;
import io.headgate.xds.model.filter.JwtProvider.Forwarding;
import io.headgate.xds.model.filter.JwtProvider.HeaderSource;
import io.headgate.xds.model.filter.JwtProvider.TokenSources;
import io.headgate.xds.model.filter.JwtRequirement;
import io.headgate.xds.model.filter.JwtRule;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.RouteMatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtAuthnFilterTest {
  private static final long NOW = 1_800_000_000L;
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(NOW));
  private static final JwtRequirement P = new JwtRequirement.Provider("p", List.of());
  private static Key rsa = Tokens.secret();
  private static Key ec = Tokens.secret();
  private static Key ed = Tokens.secret();
  private static final Key SECRET = Tokens.secret();

  private final Meters meters = new Meters();
  private final JwtAuthnFactory factory = new JwtAuthnFactory(CLOCK);
  private FakeFilterStream stream = new FakeFilterStream(new RequestHead());

  @BeforeAll
  static void makeKeys() throws Exception {
    rsa = Tokens.rsa("RS256");
    ec = Tokens.ec();
    ed = Tokens.ed25519();
  }

  private static String claims(String more) {
    return "{\"iss\":\"me\",\"aud\":\"api\",\"exp\":" + (NOW + 600) + more + "}";
  }

  private static JwtProvider provider(TokenSources sources, Forwarding forwarding) {
    return new JwtProvider(
        "me",
        List.of("api"),
        Tokens.jwks(rsa, ec, ed, SECRET),
        sources,
        forwarding,
        Duration.ofSeconds(60));
  }

  private static JwtProvider provider() {
    return provider(TokenSources.DEFAULT, Forwarding.NONE);
  }

  private static JwtAuthnConfig config(JwtProvider provider, JwtRequirement requirement) {
    return new JwtAuthnConfig(
        Map.of("p", provider),
        List.of(new JwtRule(RouteMatch.of(new PathMatch.Prefix("/")), requirement)),
        Map.of("named", P),
        false,
        false);
  }

  private static RequestHead get(String path) {
    RequestHead head = new RequestHead();
    head.authority("example.org");
    head.path(path);
    return head;
  }

  private static RequestHead bearer(String token) {
    RequestHead head = get("/x?q=1");
    head.headers().add(HeaderNames.AUTHORIZATION, "Bearer " + token);
    return head;
  }

  private FilterAction run(JwtAuthnConfig config, RequestHead head, Object... routeConfigs) {
    FilterContext context =
        new FilterContext(
            "jwt", meters.scope("http", "envoy_http_conn_manager_prefix", "in"), meters);
    StreamFilter filter = ((FilterTemplate.Passing) factory.create(config, context)).newStream();
    stream = new FakeFilterStream(head, routeConfigs);
    filter.attach(stream);
    return filter.onRequestHead(head, true);
  }

  private LocalReply denied(JwtAuthnConfig config, RequestHead head) {
    assertThat(run(config, head)).isEqualTo(FilterAction.LOCAL_REPLY);
    return Objects.requireNonNull(stream.reply());
  }

  private LocalReply denied(String token) {
    return denied(config(provider(), P), bearer(token));
  }

  private void assertPasses(String token) {
    RequestHead head = bearer(token);
    assertThat(run(config(provider(), P), head)).isEqualTo(FilterAction.CONTINUE);
    assertThat(head.headers().contains(HeaderNames.AUTHORIZATION)).isFalse();
  }

  @Test
  void goodTokensOfEveryKindPass() throws Exception {
    for (Key key : List.of(rsa, ec, ed, SECRET)) {
      assertPasses(Tokens.token(key, claims("")));
    }
  }

  @Test
  void missingTokenIsAnsweredWithAChallenge() {
    LocalReply reply = denied(config(provider(), P), get("/x?q=1"));
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).isEqualTo("Jwt is missing");
    assertThat(reply.details()).isEqualTo("jwt_authn_access_denied{Jwt_is_missing}");
    assertThat(reply.headers())
        .containsExactly(
            new LocalReply.Header(
                HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"http://example.org/x?q=1\""));
  }

  @Test
  void forgedTokensAreRefused() throws Exception {
    String good = Tokens.token(rsa, claims(""));
    String[] parts = good.split("\\.");
    String other =
        parts[0] + "." + Tokens.encode(claims(",\"admin\":true").getBytes(UTF_8)) + "." + parts[2];
    LocalReply reply = denied(other);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).isEqualTo("Jwt verification fails");
    assertThat(reply.headers().getFirst().value()).endsWith(", error=\"invalid_token\"");
    assertThat(denied(parts[0] + "." + parts[1] + ".AAAA").body())
        .isEqualTo("Jwt verification fails");
  }

  @Test
  void publicKeyIsNoSecret() throws Exception {
    byte[] publicKey = ((RSAKey) rsa.jwk()).toRSAPublicKey().getEncoded();
    String confused =
        Tokens.token(
            "{\"alg\":\"HS256\",\"kid\":\"rsa\"}", claims(""), in -> Tokens.hmac(publicKey, in));
    assertThat(denied(confused).body())
        .isEqualTo("Jwks doesn't have key to match kid or alg from Jwt");
  }

  @Test
  void keysInsideATokenAreNotTrusted() throws Exception {
    Key stranger = Tokens.rsa("RS256");
    String header =
        "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/\",\"jwk\":"
            + stranger.jwk().toJSONString()
            + "}";
    assertThat(denied(Tokens.token(header, claims(""), stranger.signer())).status()).isEqualTo(401);
    String critical = "{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}";
    assertThat(denied(Tokens.token(critical, claims(""), rsa.signer())).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "NONE", "PBES2-HS256+A128KW", "RSA-OAEP", "HS1"})
  void algorithmsThatProveNothingAreRefused(String algorithm) throws Exception {
    String token =
        Tokens.token("{\"alg\":\"" + algorithm + "\"}", claims(""), in -> new byte[] {1});
    assertThat(denied(token).body()).isEqualTo("Jwt header [alg] is not supported");
    String unsigned =
        Tokens.encode("{\"alg\":\"none\"}".getBytes(UTF_8))
            + "."
            + Tokens.encode(claims("").getBytes(UTF_8))
            + ".";
    assertThat(denied(unsigned).status()).isEqualTo(401);
  }

  @Test
  void timeCountsWithSkew() throws Exception {
    assertPasses(Tokens.token(rsa, "{\"iss\":\"me\",\"aud\":\"api\",\"exp\":" + (NOW - 59) + "}"));
    assertThat(
            denied(Tokens.token(rsa, "{\"iss\":\"me\",\"aud\":\"api\",\"exp\":" + (NOW - 61) + "}"))
                .body())
        .isEqualTo("Jwt is expired");
    assertThat(
            denied(Tokens.token(rsa, "{\"iss\":\"me\",\"aud\":\"api\",\"nbf\":" + (NOW + 61) + "}"))
                .body())
        .isEqualTo("Jwt not yet valid");
  }

  @Test
  void wrongAudienceIsForbidden() throws Exception {
    LocalReply reply = denied(Tokens.token(rsa, "{\"iss\":\"me\",\"aud\":[\"a\",\"b\"]}"));
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.body()).isEqualTo("Audiences in Jwt are not allowed");
    assertThat(reply.details())
        .isEqualTo("jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}");
    assertPasses(Tokens.token(rsa, "{\"iss\":\"me\",\"aud\":[\"a\",\"https://api/\"]}"));
  }

  @Test
  void unknownIssuerAndKeyAreRefused() throws Exception {
    assertThat(denied(Tokens.token(rsa, "{\"iss\":\"you\",\"aud\":\"api\"}")).body())
        .isEqualTo("Jwt issuer is not configured");
    String header = "{\"alg\":\"RS256\",\"kid\":\"../../etc/passwd\"}";
    assertThat(denied(Tokens.token(header, claims(""), rsa.signer())).body())
        .isEqualTo("Jwks doesn't have key to match kid or alg from Jwt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "a.b", "a.b.c.d", "a.b.c.d.e", "..", "a..c", "é.b.c"})
  void textsThatAreNoTokensAreRefused(String text) {
    assertThat(denied(text).status()).isEqualTo(401);
  }

  @Test
  void hostileJsonIsRefused() throws Exception {
    for (String bad :
        List.of(
            "{\"iss\":\"you\",\"iss\":\"me\",\"aud\":\"api\"}",
            "[".repeat(500) + "]".repeat(500),
            "{\"a\":" + "{\"a\":".repeat(100) + "1" + "}".repeat(101),
            "{\"iss\":\"me\",\"aud\":\"api\"} x",
            "\"text\"",
            "{")) {
      assertThat(denied(Tokens.token(rsa, bad)).body()).isEqualTo("Jwt payload is an invalid JSON");
    }
    assertThat(denied(Tokens.token(rsa, claims(",\"x\":\"" + "y".repeat(17_000) + "\""))).status())
        .isEqualTo(401);
    assertThat(denied(Tokens.token(rsa, "{\"iss\":1}")).body())
        .isEqualTo("Jwt payload [iss] field is not a string");
    assertThat(denied(Tokens.token(rsa, "{\"exp\":\"soon\"}")).body())
        .isEqualTo("Jwt payload [exp] field is not an integer");
    assertThat(denied(Tokens.token(rsa, "{\"aud\":[1]}")).body())
        .isEqualTo("Jwt payload [aud] field is not a string or string list");
  }

  @Test
  void twoTokensMustBothBeGood() throws Exception {
    String good = Tokens.token(rsa, claims(""));
    RequestHead head = get("/x?access_token=" + good + "&keep=1");
    head.headers().add(HeaderNames.AUTHORIZATION, "Bearer junk");
    assertThat(denied(config(provider(), P), head).status()).isEqualTo(401);
    RequestHead inQuery = get("/x?access_token=" + good + "&keep=1");
    assertThat(run(config(provider(), P), inQuery)).isEqualTo(FilterAction.CONTINUE);
    assertThat(inQuery.path()).isEqualTo("/x?keep=1");
  }

  @Test
  void ownPlacesReplaceTheUsualOnes() throws Exception {
    String good = Tokens.token(ec, claims(""));
    JwtProvider own =
        provider(
            new TokenSources(List.of(new HeaderSource("x-token", "v1=")), List.of("t")),
            new Forwarding(true, "", false, List.of(), ""));
    assertThat(denied(config(own, P), bearer(good)).body()).isEqualTo("Jwt is missing");
    RequestHead head = get("/");
    head.headers().add(HeaderName.of("x-token"), "v1=" + good + ";x");
    assertThat(run(config(own, P), head)).isEqualTo(FilterAction.CONTINUE);
    assertThat(head.headers().contains(HeaderName.of("x-token"))).isTrue();
    assertThat(run(config(own, P), get("/?t=" + good))).isEqualTo(FilterAction.CONTINUE);
  }

  @Test
  void claimsGoToHeadersAndClientCopiesNever() throws Exception {
    JwtProvider forwarding =
        provider(
            TokenSources.DEFAULT,
            new Forwarding(
                false,
                "x-payload",
                false,
                List.of(
                    new ClaimToHeader("x-sub", "sub"),
                    new ClaimToHeader("x-n", "n"),
                    new ClaimToHeader("x-deep", "o.deep"),
                    new ClaimToHeader("x-list", "list"),
                    new ClaimToHeader("x-evil", "evil")),
                "payload"));
    String more =
        ",\"sub\":\"ann\",\"n\":5,\"o\":{\"deep\":true},\"list\":[\"x\"],\"evil\":\"a\\r\\nb: c\"";
    RequestHead head = bearer(Tokens.token(rsa, claims(more)));
    head.headers().add(HeaderName.of("x-sub"), "root");
    head.headers().add(HeaderName.of("x-evil"), "root");
    assertThat(run(config(forwarding, P), head)).isEqualTo(FilterAction.CONTINUE);
    assertThat(head.headers().all(HeaderName.of("x-sub"))).containsExactly("ann");
    assertThat(head.headers().first(HeaderName.of("x-n"))).isEqualTo("5");
    assertThat(head.headers().first(HeaderName.of("x-deep"))).isEqualTo("true");
    assertThat(head.headers().first(HeaderName.of("x-list"))).isEqualTo("WyJ4Il0=");
    assertThat(head.headers().contains(HeaderName.of("x-evil"))).isFalse();
    assertThat(head.headers().first(HeaderName.of("x-payload")))
        .isEqualTo(Tokens.encode(claims(more).getBytes(UTF_8)));
    assertThat(stream.info().metadata("envoy.filters.http.jwt_authn"))
        .isInstanceOfSatisfying(Map.class, m -> assertThat(m).containsKey("payload"));

    RequestHead open = get("/");
    open.headers().add(HeaderName.of("x-sub"), "root");
    run(config(forwarding, new JwtRequirement.AllowMissing()), open);
    assertThat(open.headers().contains(HeaderName.of("x-sub"))).isFalse();
  }

  @Test
  void missingTokensMayBeAllowed() throws Exception {
    JwtRequirement optional =
        new JwtRequirement.AnyOf(List.of(P, new JwtRequirement.AllowMissing()));
    assertThat(run(config(provider(), optional), get("/"))).isEqualTo(FilterAction.CONTINUE);
    assertThat(run(config(provider(), optional), bearer(Tokens.token(rsa, claims("")))))
        .isEqualTo(FilterAction.CONTINUE);
    assertThat(
            denied(
                    config(provider(), optional),
                    bearer(Tokens.token(rsa, "{\"iss\":\"me\",\"aud\":\"api\",\"exp\":1}")))
                .body())
        .isEqualTo("Jwt is expired");
    JwtRequirement lax = new JwtRequirement.AllowMissingOrFailed();
    assertThat(run(config(provider(), lax), bearer("junk"))).isEqualTo(FilterAction.CONTINUE);
    JwtRequirement both = new JwtRequirement.AllOf(List.of(P, P));
    assertThat(denied(config(provider(), both), get("/")).body()).isEqualTo("Jwt is missing");
    assertThat(denied(config(provider(), new JwtRequirement.AnyOf(List.of(P, P))), get("/")).body())
        .isEqualTo("Jwt is missing");
  }

  @Test
  void rulesChooseByRequestAndRoutesOverride() throws Exception {
    JwtAuthnConfig rules =
        new JwtAuthnConfig(
            Map.of("p", provider()),
            List.of(
                new JwtRule(RouteMatch.of(new PathMatch.Prefix("/open")), null),
                new JwtRule(RouteMatch.of(new PathMatch.Prefix("/api")), P)),
            Map.of("named", P),
            true,
            false);
    assertThat(run(rules, get("/open/x"))).isEqualTo(FilterAction.CONTINUE);
    assertThat(run(rules, get("/other"))).isEqualTo(FilterAction.CONTINUE);
    assertThat(run(rules, get("/api/x"))).isEqualTo(FilterAction.LOCAL_REPLY);
    assertThat(run(rules, get("/api/x"), new JwtAuthnPerRoute(true, "")))
        .isEqualTo(FilterAction.CONTINUE);
    assertThat(run(rules, get("/open"), new JwtAuthnPerRoute(false, "named")))
        .isEqualTo(FilterAction.LOCAL_REPLY);
    assertThat(run(rules, get("/open"), new JwtAuthnPerRoute(false, "gone")))
        .isEqualTo(FilterAction.LOCAL_REPLY);
    LocalReply wrong = Objects.requireNonNull(stream.reply());
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.body())
        .isEqualTo(
            "Failed JWT authentication: Wrong requirement_name: gone. It should be one of [named]");
    RequestHead preflight = get("/api");
    preflight.method(Method.OPTIONS);
    preflight.headers().add(HeaderNames.ORIGIN, "http://o");
    preflight.headers().add(HeaderName.of("access-control-request-method"), "GET");
    assertThat(run(rules, preflight)).isEqualTo(FilterAction.CONTINUE);
    assertThat(meters.scope("http", "x", "in").counter("jwt_authn.denied").value()).isEqualTo(3);
  }

  @Test
  void answersCanBeStripped() {
    JwtAuthnConfig strip =
        new JwtAuthnConfig(
            Map.of("p", provider()),
            List.of(new JwtRule(RouteMatch.of(new PathMatch.Prefix("/")), P)),
            Map.of(),
            false,
            true);
    LocalReply reply = denied(strip, get("/"));
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.headers()).isEmpty();
  }

  @Test
  void quotesInAPathDoNotEndTheRealm() {
    LocalReply reply = denied(config(provider(), P), get("/a\"b" + "c".repeat(500)));
    assertThat(reply.headers().getFirst().value())
        .startsWith("Bearer realm=\"http://example.org/a%22bccc")
        .hasSizeLessThan(320);
  }
}
