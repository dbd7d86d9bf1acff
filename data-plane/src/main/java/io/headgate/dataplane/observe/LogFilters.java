package io.headgate.dataplane.observe;

import com.google.re2j.Pattern;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderNames;
import io.headgate.xds.model.listener.AccessLogFilter;
import io.headgate.xds.model.listener.AccessLogFilter.Bound;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.HeaderMatcher.Condition;
import io.headgate.xds.model.match.StringMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Compiles the filters of access logs; what comes out is immutable, for any event loop. */
final class LogFilters {
  private LogFilters() {}

  static Predicate<LogEntry> of(AccessLogFilter filter) {
    return switch (filter) {
      case AccessLogFilter.Status(Bound bound) -> compare(e -> e.info().responseCode, bound);
      case AccessLogFilter.DurationMillis(Bound bound) ->
          compare(e -> (e.info().endNanos - e.info().startNanos) / 1_000_000, bound);
      case AccessLogFilter.NotHealthCheck _ -> e -> true; // the proxy answers none itself
      case AccessLogFilter.Traced _ -> e -> e.info().traced;
      case AccessLogFilter.Sampled sampled -> sampled(sampled);
      case AccessLogFilter.All(List<AccessLogFilter> filters) ->
          filters.stream().map(LogFilters::of).reduce(Predicate::and).orElse(e -> true);
      case AccessLogFilter.Any(List<AccessLogFilter> filters) ->
          filters.stream().map(LogFilters::of).reduce(Predicate::or).orElse(e -> true);
      case AccessLogFilter.Header(HeaderMatcher matcher) -> header(matcher);
      case AccessLogFilter.Flags(Set<String> flags) -> {
        long wanted = bits(flags);
        yield e -> (e.info().flags() & wanted) != 0;
      }
      case AccessLogFilter.GrpcStatus(Set<Integer> statuses, boolean exclude) ->
          e -> statuses.contains(GrpcStatusOperator.statusOrOfHttp(e)) != exclude;
    };
  }

  private static Predicate<LogEntry> compare(ToLongFunction<LogEntry> what, Bound bound) {
    long value = bound.value();
    return switch (bound.op()) {
      case EQ -> e -> what.applyAsLong(e) == value;
      case GE -> e -> what.applyAsLong(e) >= value;
      case LE -> e -> what.applyAsLong(e) <= value;
    };
  }

  /** Whoever sees the same request id decides alike, as Envoy does. */
  private static Predicate<LogEntry> sampled(AccessLogFilter.Sampled share) {
    long numerator = share.numerator();
    int denominator = share.denominator();
    return e -> {
      long number = share.independent() ? -1 : idNumber(e);
      if (number < 0) {
        number = ThreadLocalRandom.current().nextLong(denominator);
      }
      return number % denominator < numerator;
    };
  }

  /** The first eight hexadecimal digits of the request id; -1 when it has none. */
  private static long idNumber(LogEntry entry) {
    String id = entry.request().headers().first(HeaderNames.X_REQUEST_ID);
    if (id == null || id.length() != 36) {
      return -1;
    }
    try {
      return Long.parseLong(id, 0, 8, 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static long bits(Set<String> names) {
    long bits = 0;
    for (ResponseFlag flag : ResponseFlag.values()) {
      if (names.isEmpty() || names.contains(flag.shortName())) {
        bits |= flag.bit();
      }
    }
    return bits;
  }

  /** A missing header matches only a condition on absence, unless it counts as empty. */
  private static Predicate<LogEntry> header(HeaderMatcher matcher) {
    HeaderName name = HeaderName.of(matcher.name());
    Predicate<String> test = test(matcher.condition());
    boolean present = matcher.condition() instanceof Condition.Present(boolean wanted) && wanted;
    boolean presence = matcher.condition() instanceof Condition.Present;
    return e -> {
      @Nullable String value = e.request().value(name);
      if (value == null && !matcher.treatMissingAsEmpty()) {
        return presence && present == matcher.invert();
      }
      return test.test(value == null ? "" : value) != matcher.invert();
    };
  }

  private static Predicate<String> test(Condition condition) {
    return switch (condition) {
      case Condition.Present(boolean present) -> value -> present;
      case Condition.Range(long start, long end) -> value -> inRange(value, start, end);
      case Condition.Matches(StringMatcher matcher) -> text(matcher);
    };
  }

  private static boolean inRange(String value, long start, long end) {
    try {
      long number = Long.parseLong(value);
      return number >= start && number < end;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static Predicate<String> text(StringMatcher matcher) {
    boolean fold = matcher.ignoreCase();
    String wanted = fold ? matcher.value().toLowerCase(Locale.ROOT) : matcher.value();
    Predicate<String> test =
        switch (matcher.kind()) {
          case EXACT -> wanted::equals;
          case PREFIX -> value -> value.startsWith(wanted);
          case SUFFIX -> value -> value.endsWith(wanted);
          case CONTAINS -> value -> value.contains(wanted);
          case SAFE_REGEX -> Pattern.compile(wanted)::matches;
        };
    return fold ? value -> test.test(value.toLowerCase(Locale.ROOT)) : test;
  }
}
