package io.headgate.dataplane.filters.jwtauthn;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.filter.JwtProvider;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a backend gets to see of a token that was accepted. Immutable. */
final class TokenForwarding {
  private static final String METADATA = "envoy.filters.http.jwt_authn";

  private record Claim(HeaderName header, List<String> path) {}

  private final JwtProvider.Forwarding config;
  private final @Nullable HeaderName payloadHeader;
  private final List<Claim> claims;

  TokenForwarding(JwtProvider.Forwarding config) {
    this.config = config;
    payloadHeader = config.payloadHeader().isEmpty() ? null : HeaderName.of(config.payloadHeader());
    claims =
        config.claimToHeaders().stream()
            .map(c ->
                new Claim(HeaderName.of(c.headerName()), List.of(c.claimName().split("\\.", -1))))
            .toList();
  }

  List<HeaderName> headers() {
    List<HeaderName> names = new ArrayList<>(claims.stream().map(Claim::header).toList());
    if (payloadHeader != null) {
      names.add(payloadHeader);
    }
    return names;
  }

  void apply(RequestHead head, StreamInfo info, Token token, TokenPlace place) {
    if (!config.forward()) {
      place.remove(head);
    }
    if (payloadHeader != null) {
      head.headers().set(payloadHeader, padded(token.payloadText()));
    }
    for (Claim claim : claims) {
      String value = text(find(token.claims(), claim.path));
      if (value != null) {
        put(head.headers(), claim.header, value);
      }
    }
    if (!config.payloadInMetadata().isEmpty()) {
      Map<String, Object> merged = new HashMap<>();
      if (info.metadata(METADATA) instanceof Map<?, ?> before) {
        before.forEach((k, v) -> merged.put(String.valueOf(k), v));
      }
      merged.put(config.payloadInMetadata(), token.claims());
      info.putMetadata(METADATA, Map.copyOf(merged));
    }
  }

  private String padded(String payload) {
    return config.padPayloadHeader() ? payload + "=".repeat(-payload.length() & 3) : payload;
  }

  /** A claim with a line break or NUL is left out: no such byte may leave in a header. */
  private static void put(HeaderBlock headers, HeaderName name, String value) {
    try {
      headers.set(name, value);
    } catch (HeaderViolation e) {
      headers.remove(name);
    }
  }

  private static @Nullable Object find(Map<String, Object> claims, List<String> path) {
    Object value = claims;
    for (String part : path) {
      value = value instanceof Map<?, ?> map ? map.get(part) : null;
      if (value == null) {
        return null;
      }
    }
    return value;
  }

  private static @Nullable String text(@Nullable Object claim) {
    return switch (claim) {
      case null -> null;
      case String text -> text;
      case Long number -> Long.toString(number);
      case Double number -> String.format(Locale.ROOT, "%f", number);
      case Boolean flag -> flag.toString();
      case Map<?, ?> map -> base64(map);
      case List<?> list -> base64(list);
      default -> null;
    };
  }

  private static String base64(Object value) {
    return Base64.getEncoder().encodeToString(StrictJson.text(value).getBytes(UTF_8));
  }
}
