package io.headgate.controlplane.api;

import io.headgate.controlplane.loader.WriteRequest;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the parameters and headers that requests have in common. */
final class Parameters {
  static final String REASON_HEADER = "X-Headgate-Reason";
  private static final int MAX_REASON = 500;
  private static final Pattern ETAG = Pattern.compile("(?:W/)?\"?([0-9]{1,18})\"?");

  private Parameters() {}

  static long number(Context request, String name, long fallback, long min, long max) {
    String text = request.queryParam(name);
    if (text == null) {
      return fallback;
    }
    long value = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    if (value < min || value > max) {
      throw new Problem(
          Problem.Kind.BAD_REQUEST,
          name + ": \"" + text + "\" must be a whole number from " + min + " to " + max);
    }
    return value;
  }

  static boolean flag(Context request, String name) {
    String text = request.queryParam(name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw new Problem(Problem.Kind.BAD_REQUEST, name + ": \"" + text + "\" must be true or false");
  }

  /** Who writes, why and on what condition. */
  static WriteRequest write(Context request, Gate.Caller caller) {
    return new WriteRequest(
        caller.name(), reason(request), expected(request), flag(request, "dryRun"));
  }

  static String reason(Context request) {
    String reason =
        Optional.ofNullable(request.header(REASON_HEADER))
            .or(() -> Optional.ofNullable(request.queryParam("reason")))
            .orElse("")
            .strip();
    if (reason.length() > MAX_REASON) {
      throw new Problem(
          Problem.Kind.BAD_REQUEST, "the reason is longer than " + MAX_REASON + " characters");
    }
    return reason;
  }

  private static OptionalLong expected(Context request) {
    String noneMatch = request.header("If-None-Match");
    if (noneMatch != null) {
      if (!noneMatch.strip().equals("*")) {
        throw new Problem(Problem.Kind.BAD_REQUEST, "If-None-Match must be *");
      }
      return OptionalLong.of(0);
    }
    String match = request.header("If-Match");
    if (match == null) {
      return OptionalLong.empty();
    }
    Matcher matcher = ETAG.matcher(match.strip());
    if (!matcher.matches()) {
      throw new Problem(Problem.Kind.BAD_REQUEST, "If-Match must be an ETag such as \"1042\"");
    }
    return OptionalLong.of(Long.parseLong(matcher.group(1)));
  }
}
