package io.headgate.fleet.codec.policy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.SecurityPolicy.Jwt;
import io.headgate.fleet.SecurityPolicy.TokenHeader;
import io.headgate.fleet.codec.route.CorsCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.JwtHeader;
import io.headgate.proto.config.v1.JwtProvider;
import io.headgate.proto.config.v1.LocalJwks;
import io.headgate.proto.config.v1.SecurityPolicySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;

/** Access policies between message and record. */
public final class SecurityPolicyCodec {
  private SecurityPolicyCodec() {}

  public static SecurityPolicy read(
      io.headgate.proto.config.v1.SecurityPolicy message, ObjectMeta meta, Scope root) {
    SecurityPolicySpec spec = message.getSpec();
    Scope at = root.field("spec");
    return new SecurityPolicy(
        meta,
        PolicyCodec.read(
            spec.getTargetRefsList(),
            List.of(Kind.HTTP_ROUTE, Kind.GRPC_ROUTE, Kind.GATEWAY),
            meta,
            at),
        spec.hasJwt() ? jwt(spec.getJwt(), at.field("jwt")) : null,
        spec.hasCors() ? CorsCodec.read(spec.getCors(), at.field("cors")) : null,
        HeaderHygieneCodec.read(spec, at));
  }

  private static Jwt jwt(io.headgate.proto.config.v1.Jwt message, Scope at) {
    if (message.getProvidersCount() == 0) {
      at.wrongField("providers", "is required", "name at least one issuer of tokens");
    }
    List<SecurityPolicy.Provider> providers = new ArrayList<>();
    for (int i = 0; i < message.getProvidersCount(); i++) {
      providers.add(provider(message.getProviders(i), at.item("providers", i)));
    }
    Rules.unique(
        providers.stream().map(SecurityPolicy.Provider::name).toList(),
        i -> at.item("providers", i).field("name"));
    return new Jwt(message.getOptional(), providers);
  }

  private static SecurityPolicy.Provider provider(JwtProvider message, Scope at) {
    Rules.subdomain(at.field("name"), message.getName());
    for (int i = 0; i < message.getAudiencesCount(); i++) {
      Rules.required(at.item("audiences", i), message.getAudiences(i));
    }
    List<TokenHeader> headers = new ArrayList<>();
    for (int i = 0; i < message.getExtractFrom().getHeadersCount(); i++) {
      JwtHeader header = message.getExtractFrom().getHeaders(i);
      Scope item = at.field("extractFrom").item("headers", i);
      headers.add(
          new TokenHeader(
              Rules.headerName(item.field("name"), header.getName()),
              Rules.headerValue(item.field("valuePrefix"), header.getValuePrefix())));
    }
    return new SecurityPolicy.Provider(
        message.getName(),
        Rules.orNull(message.getIssuer()),
        message.getAudiencesList(),
        jwks(message.getLocalJwks(), at.field("localJWKS")),
        headers,
        message.getForward());
  }

  private static String jwks(LocalJwks message, Scope at) {
    if (!message.getType().isEmpty() && !message.getType().equals("Inline")) {
      boolean known = message.getType().equals("ValueRef");
      at.wrongField("type", known ? "is known but not implemented" : "is not known", "use Inline");
    }
    Scope inline = at.field("inline");
    if (!Rules.required(inline, message.getInline())) {
      return "";
    }
    try {
      List<JWK> keys = JWKSet.parse(message.getInline()).getKeys();
      if (keys.isEmpty()) {
        inline.wrong("holds no key", "give the issuer's public keys");
      }
      for (JWK key : keys) {
        if (KeyType.OCT.equals(key.getKeyType())) {
          inline.wrong("holds a shared secret", "give public keys (RSA, EC or OKP) alone");
        } else if (key.isPrivate()) {
          inline.wrong("holds a private key", "give the public part alone, and make a new key");
        }
      }
    } catch (ParseException e) {
      inline.wrong("is not a JSON Web Key Set", "write it as {\"keys\":[…]}");
    }
    return message.getInline();
  }

  public static io.headgate.proto.config.v1.SecurityPolicy write(SecurityPolicy value) {
    SecurityPolicySpec.Builder spec =
        SecurityPolicySpec.newBuilder().addAllTargetRefs(PolicyCodec.write(value.targets()));
    Jwt jwt = value.jwt();
    if (jwt != null) {
      spec.getJwtBuilder().setOptional(jwt.optional());
      jwt.providers().forEach(p -> spec.getJwtBuilder().addProviders(write(p)));
    }
    if (value.cors() != null) {
      spec.setCors(CorsCodec.write(value.cors()));
    }
    HeaderHygieneCodec.write(value.headers(), spec);
    return io.headgate.proto.config.v1.SecurityPolicy.newBuilder().setSpec(spec).build();
  }

  private static JwtProvider write(SecurityPolicy.Provider provider) {
    JwtProvider.Builder out =
        JwtProvider.newBuilder()
            .setName(provider.name())
            .addAllAudiences(provider.audiences())
            .setLocalJwks(LocalJwks.newBuilder().setType("Inline").setInline(provider.jwks()))
            .setForward(provider.forward());
    if (provider.issuer() != null) {
      out.setIssuer(provider.issuer());
    }
    for (TokenHeader header : provider.headers()) {
      out.getExtractFromBuilder()
          .addHeadersBuilder()
          .setName(header.name())
          .setValuePrefix(header.valuePrefix());
    }
    return out.build();
  }
}
