package io.headgate.dataplane.filters.jwtauthn;

import io.headgate.dataplane.filter.FilterAction;
import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filters.jwtauthn.Issuer.Accepted;
import io.headgate.dataplane.filters.jwtauthn.Issuer.Outcome;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.filter.JwtAuthnPerRoute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The token filter in one stream. Confined to the stream's event loop. */
final class JwtAuthnFilter extends StreamFilter {
  private static final HeaderName CORS_METHOD = HeaderName.of("access-control-request-method");
  private static final int MAX_REALM_PATH = 256;

  private final JwtAuthnRules rules;
  private final JwtAuthnMeters meters;

  JwtAuthnFilter(JwtAuthnRules rules, JwtAuthnMeters meters) {
    this.rules = rules;
    this.meters = meters;
  }

  @Override
  public FilterAction onRequestHead(RequestHead head, boolean endStream) {
    for (HeaderName name : rules.ownHeaders()) {
      head.headers().remove(name);
    }
    if (rules.bypassCorsPreflight() && isPreflight(head)) {
      meters.corsPreflightBypassed().add();
      return FilterAction.CONTINUE;
    }
    if (stream().routeConfig() instanceof JwtAuthnPerRoute route) {
      if (route.disabled()) {
        return pass();
      }
      Check check = rules.named().get(route.requirementName());
      return check == null ? unknownRequirement(route.requirementName()) : apply(check, head);
    }
    Check check = firstMatch(head);
    return check == null ? pass() : apply(check, head);
  }

  private @Nullable Check firstMatch(RequestHead head) {
    for (JwtAuthnRules.Rule rule : rules.rules()) {
      if (rule.matcher().matches(head)) {
        return rule.check();
      }
    }
    return null;
  }

  private static boolean isPreflight(RequestHead head) {
    String origin = head.headers().first(HeaderNames.ORIGIN);
    String method = head.headers().first(CORS_METHOD);
    return head.method().equals(Method.OPTIONS)
        && origin != null
        && !origin.isEmpty()
        && method != null
        && !method.isEmpty();
  }

  private FilterAction pass() {
    meters.allowed().add();
    return FilterAction.CONTINUE;
  }

  private FilterAction apply(Check check, RequestHead head) {
    Outcome outcome = check.check(head);
    if (outcome.status() != JwtStatus.OK) {
      return deny(outcome.status(), head);
    }
    for (Accepted accepted : outcome.accepted()) {
      accepted.issuer().forwarding.apply(head, stream().info(), accepted.token(), accepted.place());
    }
    return pass();
  }

  private FilterAction deny(JwtStatus status, RequestHead head) {
    meters.denied().add();
    if (rules.stripFailureResponse()) {
      return stream().localReply(LocalReply.of(status.httpStatus(), "", status.details()));
    }
    String error = status == JwtStatus.MISSING ? "" : ", error=\"invalid_token\"";
    String challenge = "Bearer realm=\"" + realm(head) + "\"" + error;
    return stream()
        .localReply(
            new LocalReply(
                status.httpStatus(),
                status.message(),
                status.details(),
                null,
                List.of(new LocalReply.Header(HeaderNames.WWW_AUTHENTICATE, challenge))));
  }

  /** The request's URL with a bounded path; a quote in it must not end the realm. */
  private static String realm(RequestHead head) {
    String path = head.path();
    String url =
        head.scheme()
            + "://"
            + head.authority()
            + (path.length() > MAX_REALM_PATH ? path.substring(0, MAX_REALM_PATH) : path);
    return url.replace("\\", "%5C").replace("\"", "%22");
  }

  private FilterAction unknownRequirement(String name) {
    meters.denied().add();
    String known = String.join(",", rules.named().keySet());
    String message = "Wrong requirement_name: " + name + ". It should be one of [" + known + "]";
    return stream()
        .localReply(
            LocalReply.of(
                403,
                rules.stripFailureResponse() ? "" : "Failed JWT authentication: " + message,
                "jwt_authn_access_denied{" + message.replace(' ', '_') + "}"));
  }
}
