package io.headgate.fleet.codec.policy;

import io.headgate.fleet.HeaderHygiene;
import io.headgate.fleet.HeaderHygiene.Added;
import io.headgate.fleet.codec.route.HttpFilterCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.proto.config.v1.RequestHeaderRules;
import io.headgate.proto.config.v1.ResponseHeaderRules;
import io.headgate.proto.config.v1.SecurityPolicySpec;
import io.headgate.proto.config.v1.StrictTransportSecurity;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Header rules of access policies between message and record. The security headers that have fields
 * of their own are written back as plain headers, which mean the same.
 */
final class HeaderHygieneCodec {
  private static final String CSP = "content-security-policy";
  private static final List<String> REFERRER_POLICIES =
      List.of(
          "no-referrer",
          "no-referrer-when-downgrade",
          "origin",
          "origin-when-cross-origin",
          "same-origin",
          "strict-origin",
          "strict-origin-when-cross-origin",
          "unsafe-url");

  private HeaderHygieneCodec() {}

  static HeaderHygiene read(SecurityPolicySpec spec, Scope at) {
    ResponseHeaderRules response = spec.getResponseHeaders();
    Scope place = at.field("responseHeaders");
    List<String> removed = new ArrayList<>();
    for (int i = 0; i < response.getRemoveCount(); i++) {
      removed.add(HttpFilterCodec.name(place.item("remove", i), response.getRemove(i)));
    }
    Rules.unique(removed, i -> place.item("remove", i));
    for (int i = 0; i < response.getRemoveCookiesCount(); i++) {
      Rules.headerName(place.item("removeCookies", i), response.getRemoveCookies(i));
    }
    return new HeaderHygiene(
        spec.hasRequestHeaders()
            ? allowed(spec.getRequestHeaders(), at.field("requestHeaders"))
            : null,
        removed,
        response.getRemoveCookiesList(),
        added(response, place));
  }

  private static List<String> allowed(RequestHeaderRules message, Scope at) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < message.getAllowCount(); i++) {
      String name = message.getAllow(i);
      Scope item = at.item("allow", i);
      boolean prefix = name.endsWith("*");
      String plain = prefix ? name.substring(0, name.length() - 1) : name;
      if (plain.isEmpty()) {
        item.wrong("allows every header", "name the headers, or remove requestHeaders");
      } else if (plain.contains("*")) {
        item.wrong("has a * before its end", "write a prefix as \"x-shop-*\"");
      }
      out.add(Rules.headerName(item, plain.isEmpty() ? name : plain) + (prefix ? "*" : ""));
    }
    Rules.unique(out, i -> at.item("allow", i));
    return out;
  }

  private static List<Added> added(ResponseHeaderRules message, Scope at) {
    List<Added> out = new ArrayList<>();
    HttpFilterCodec.headers(message.getSetList(), "set", at)
        .forEach(header -> out.add(new Added(header.name(), header.value(), false)));
    String policy = message.getContentSecurityPolicy();
    if (!policy.isEmpty()) {
      out.add(new Added(CSP, Rules.headerValue(at.field("contentSecurityPolicy"), policy), true));
    }
    if (message.hasStrictTransportSecurity()) {
      out.add(
          new Added(
              "strict-transport-security",
              transport(message.getStrictTransportSecurity(), at.field("strictTransportSecurity")),
              false));
    }
    String frames = message.getFrameOptions();
    if (!frames.isEmpty()) {
      if (!frames.equals("DENY") && !frames.equals("SAMEORIGIN")) {
        at.wrongField("frameOptions", "is not known", "use DENY or SAMEORIGIN");
      }
      out.add(new Added("x-frame-options", frames, false));
    }
    if (message.getNoSniff()) {
      out.add(new Added("x-content-type-options", "nosniff", false));
    }
    String referrer = message.getReferrerPolicy();
    if (!referrer.isEmpty()) {
      if (!REFERRER_POLICIES.contains(referrer)) {
        at.wrongField(
            "referrerPolicy", "is not known", "use one of " + String.join(", ", REFERRER_POLICIES));
      }
      out.add(new Added("referrer-policy", referrer, false));
    }
    Rules.unique(out.stream().map(Added::name).toList(), i -> at.field("set"));
    return out;
  }

  private static String transport(StrictTransportSecurity message, Scope at) {
    Duration age = null;
    if (Rules.required(at.field("maxAge"), message.getMaxAge())) {
      age = Rules.duration(at.field("maxAge"), message.getMaxAge());
    }
    if (age != null && !age.equals(age.truncatedTo(ChronoUnit.SECONDS))) {
      at.wrongField("maxAge", "is not a number of whole seconds", "write it as \"8760h\"");
    }
    return "max-age="
        + (age == null ? 0 : age.toSeconds())
        + (message.getIncludeSubdomains() ? "; includeSubDomains" : "")
        + (message.getPreload() ? "; preload" : "");
  }

  static void write(HeaderHygiene value, SecurityPolicySpec.Builder to) {
    List<String> allowed = value.allowed();
    if (allowed != null) {
      to.getRequestHeadersBuilder().addAllAllow(allowed);
    }
    if (value.removed().isEmpty() && value.removedCookies().isEmpty() && value.added().isEmpty()) {
      return;
    }
    ResponseHeaderRules.Builder out =
        to.getResponseHeadersBuilder()
            .addAllRemove(value.removed())
            .addAllRemoveCookies(value.removedCookies());
    for (Added added : value.added()) {
      if (added.ifAbsent()) {
        out.setContentSecurityPolicy(added.value());
      } else {
        out.addSetBuilder().setName(added.name()).setValue(added.value());
      }
    }
  }
}
