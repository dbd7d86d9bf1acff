package io.headgate.fleet.codec.route;

import io.headgate.fleet.CorsRules;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.HTTPCORSFilter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** CORS rules between message and record. Spec: Gateway API v1.4, HTTPCORSFilter. */
public final class CorsCodec {
  static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
  private static final Pattern ORIGIN =
      Pattern.compile(
          "[a-z][a-z0-9+.-]*://(\\*|(\\*\\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");
  private static final String ANY = "*";

  private CorsCodec() {}

  public static CorsRules read(HTTPCORSFilter message, Scope at) {
    if (message.getAllowOriginsCount() == 0) {
      at.wrongField("allowOrigins", "is required", "name the origins, such as https://example.com");
    }
    List<String> origins =
        message.getAllowOriginsList().stream().map(o -> o.toLowerCase(Locale.ROOT)).toList();
    list(origins, "allowOrigins", at);
    for (int i = 0; i < origins.size(); i++) {
      if (!origins.get(i).equals(ANY) && !ORIGIN.matcher(origins.get(i)).matches()) {
        at.item("allowOrigins", i)
            .wrong("is not an origin", "write it as https://example.com, without a path, or \"*\"");
      }
    }
    list(message.getAllowMethodsList(), "allowMethods", at);
    for (int i = 0; i < message.getAllowMethodsCount(); i++) {
      String method = message.getAllowMethods(i);
      if (!method.equals(ANY) && !METHODS.contains(method)) {
        at.item("allowMethods", i)
            .wrong("is not a method", "use one of " + String.join(", ", METHODS));
      }
    }
    names(message.getAllowHeadersList(), "allowHeaders", at);
    names(message.getExposeHeadersList(), "exposeHeaders", at);
    return new CorsRules(
        origins,
        message.getAllowCredentials(),
        message.getAllowMethodsList(),
        message.getAllowHeadersList(),
        message.getExposeHeadersList(),
        Rules.number(
            at.field("maxAge"), message.hasMaxAge(), message.getMaxAge(), 1, Integer.MAX_VALUE));
  }

  private static void names(List<String> names, String field, Scope at) {
    list(names, field, at);
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).equals(ANY)) {
        Rules.headerName(at.item(field, i), names.get(i));
      }
    }
  }

  private static void list(List<String> values, String field, Scope at) {
    if (values.contains(ANY) && values.size() > 1) {
      at.wrongField(field, "has * beside others", "give \"*\" alone");
    }
    Rules.unique(values, i -> at.item(field, i));
  }

  public static HTTPCORSFilter write(CorsRules rules) {
    HTTPCORSFilter.Builder out =
        HTTPCORSFilter.newBuilder()
            .addAllAllowOrigins(rules.origins())
            .setAllowCredentials(rules.credentials())
            .addAllAllowMethods(rules.methods())
            .addAllAllowHeaders(rules.headers())
            .addAllExposeHeaders(rules.exposed());
    if (rules.maxAgeSeconds() != null) {
      out.setMaxAge(rules.maxAgeSeconds());
    }
    return out.build();
  }
}
