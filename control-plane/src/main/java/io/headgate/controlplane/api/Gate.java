package io.headgate.controlplane.api;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.SameSite;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who a request comes from and whether it may: bearer token or session cookie, role, CSRF
 * header, rate of failures.
 *
 * <p>Thread: any.
 */
final class Gate {
  static final String COOKIE = "headgate_session";
  static final String CSRF_HEADER = "X-Headgate-Csrf";
  private static final Set<HandlerType> READS =
      Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

  private final Principals principals;
  private final Sessions sessions;
  private final FailureLimit failures;
  private final boolean secureCookies;

  /** Who calls; {@code session} is empty with a bearer token. */
  record Caller(Principal principal, Optional<Sessions.Session> session) {
    String name() {
      return principal.name();
    }
  }

  Gate(Principals principals, Clock clock, boolean secureCookies) {
    this.principals = principals;
    this.sessions = new Sessions(clock);
    this.failures = new FailureLimit(clock);
    this.secureCookies = secureCookies;
  }

  /** The caller, who has at least this role. */
  Caller require(Context request, Role role) {
    Caller caller = identify(request);
    if (!caller.principal().role().may(role)) {
      throw new Problem(
          Problem.Kind.FORBIDDEN,
          caller.name()
              + " is "
              + caller.principal().role().text()
              + ", this needs "
              + role.text());
    }
    return caller;
  }

  private Caller identify(Context request) {
    String authorization = request.header("Authorization");
    if (authorization != null) {
      if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
        throw new Problem(Problem.Kind.UNAUTHENTICATED, "Authorization must be: Bearer <token>");
      }
      return new Caller(
          authenticate(request, authorization.substring(7).strip()), Optional.empty());
    }
    String cookie = request.cookie(COOKIE);
    Optional<Sessions.Session> session = cookie == null ? Optional.empty() : sessions.find(cookie);
    if (session.isEmpty() || !principals.contains(session.get().principal())) {
      throw new Problem(
          Problem.Kind.UNAUTHENTICATED,
          cookie == null ? "a token is needed" : "the session has ended");
    }
    if (!READS.contains(request.method())) {
      checkCsrf(request, session.get());
    }
    return new Caller(session.get().principal(), session);
  }

  private static void checkCsrf(Context request, Sessions.Session session) {
    String given = request.header(CSRF_HEADER);
    if (given == null
        || !MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8),
            session.csrf().getBytes(StandardCharsets.UTF_8))) {
      throw new Problem(Problem.Kind.FORBIDDEN, CSRF_HEADER + " is missing or wrong");
    }
  }

  private Principal authenticate(Context request, String token) {
    String address = request.ip();
    long wait = failures.secondsToWait(address);
    Optional<Principal> principal = principals.authenticate(token, wait > 0);
    if (principal.isPresent()) {
      return principal.get();
    }
    if (wait > 0) {
      throw new Problem(Problem.Kind.TOO_MANY_REQUESTS, "too many failed tokens from " + address)
          .retryAfter(wait);
    }
    failures.failed(address);
    throw new Problem(Problem.Kind.UNAUTHENTICATED, "unknown token");
  }

  /** Exchanges a token for a session and sets its cookie. */
  Sessions.Session openSession(Context request, String token) {
    Sessions.Session session = sessions.open(authenticate(request, token));
    request.cookie(cookie(session.id(), (int) Sessions.LIFETIME.toSeconds()));
    return session;
  }

  void closeSession(Context request, Sessions.Session session) {
    sessions.close(session.id());
    request.cookie(cookie("", 0));
  }

  private Cookie cookie(String value, int maxAgeSeconds) {
    return new Cookie(
        COOKIE, value, "/api", maxAgeSeconds, secureCookies, true, null, SameSite.STRICT);
  }
}
