package io.headgate.fleet.codec.policy;

import io.headgate.fleet.Retries;
import io.headgate.fleet.Retries.BackOff;
import io.headgate.fleet.Retries.On;
import io.headgate.fleet.Retries.PerTry;
import io.headgate.fleet.Retries.RateLimited;
import io.headgate.fleet.Retries.ResetHeader;
import io.headgate.fleet.RouteMatch.ValueMatch;
import io.headgate.fleet.codec.document.Nearest;
import io.headgate.fleet.codec.route.RouteMatchCodec;
import io.headgate.fleet.codec.rule.GatewayDuration;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.HTTPValueMatch;
import io.headgate.proto.config.v1.HostSelection;
import io.headgate.proto.config.v1.PerRetry;
import io.headgate.proto.config.v1.RateLimitedBackOff;
import io.headgate.proto.config.v1.Retry;
import io.headgate.proto.config.v1.RetryBackOff;
import io.headgate.proto.config.v1.RetryOn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Retries between message and record. */
final class RetryCodec {
  /** Envoy's names. */
  private static final List<String> CONDITIONS =
      List.of(
          "connect-failure",
          "refused-stream",
          "reset",
          "reset-before-request",
          "gateway-error",
          "5xx",
          "retriable-4xx",
          "retriable-status-codes",
          "retriable-headers",
          "envoy-ratelimited",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  private enum Format {
    SECONDS,
    UNIX_TIMESTAMP
  }

  private static final int MAX_RETRIES = 100;
  private static final Duration DEFAULT_BASE = Duration.ofMillis(25);
  private static final int DEFAULT_GROWTH = 10;
  private static final Duration DEFAULT_RESET = Duration.ofMinutes(5);

  private RetryCodec() {}

  static Retries read(Retry message, Scope at) {
    int max = message.hasNumRetries() ? message.getNumRetries() : 1;
    HostSelection hosts = message.getHostSelection();
    return new Retries(
        Rules.between(at.field("numRetries"), max, 0, MAX_RETRIES),
        on(message.getRetryOn(), at.field("retryOn")),
        perTry(message.getPerRetry(), at.field("perRetry")),
        hosts.hasAvoidPreviousHosts() ? (Boolean) hosts.getAvoidPreviousHosts() : null,
        Rules.number(
            at.field("hostSelection").field("maxAttempts"),
            hosts.hasMaxAttempts(),
            hosts.getMaxAttempts(),
            1,
            MAX_RETRIES),
        message.hasRateLimitedBackOff()
            ? rateLimited(message.getRateLimitedBackOff(), at.field("rateLimitedBackOff"))
            : null,
        message.getNonIdempotent());
  }

  private static On on(RetryOn m, Scope at) {
    List<String> triggers = m.getTriggersList();
    for (int i = 0; i < triggers.size(); i++) {
      if (!CONDITIONS.contains(triggers.get(i))) {
        String hint = Nearest.hint(triggers.get(i), CONDITIONS);
        at.item("triggers", i)
            .wrong(
                "is not a condition",
                hint.isEmpty() ? "use one of " + String.join(", ", CONDITIONS) : hint);
      }
    }
    for (int i = 0; i < m.getHttpStatusCodesCount(); i++) {
      Rules.between(at.item("httpStatusCodes", i), m.getHttpStatusCodes(i), 400, 599);
    }
    needs(triggers, "retriable-status-codes", m.getHttpStatusCodesCount(), "httpStatusCodes", at);
    needs(triggers, "retriable-headers", m.getResponseHeadersCount(), "responseHeaders", at);
    return new On(
        triggers,
        m.getHttpStatusCodesList(),
        RouteMatchCodec.values(m.getResponseHeadersList(), true, "responseHeaders", at),
        RouteMatchCodec.values(m.getRequestHeadersList(), true, "requestHeaders", at));
  }

  private static void needs(
      List<String> triggers, String trigger, int count, String field, Scope at) {
    if (triggers.contains(trigger) && count == 0) {
      at.wrongField(field, "is required with " + trigger, "");
    } else if (!triggers.contains(trigger) && count > 0) {
      at.wrongField(field, "has no effect", "add " + trigger + " to triggers");
    }
  }

  private static PerTry perTry(PerRetry m, Scope at) {
    return new PerTry(
        Rules.positive(at.field("timeout"), m.getTimeout()),
        Rules.positive(at.field("idleTimeout"), m.getIdleTimeout()),
        m.hasBackOff() ? backOff(m.getBackOff(), at.field("backOff")) : null);
  }

  private static BackOff backOff(RetryBackOff message, Scope at) {
    Duration base =
        or(Rules.positive(at.field("baseInterval"), message.getBaseInterval()), DEFAULT_BASE);
    Duration max =
        or(
            Rules.positive(at.field("maxInterval"), message.getMaxInterval()),
            base.multipliedBy(DEFAULT_GROWTH));
    if (max.compareTo(base) < 0) {
      at.wrongField("maxInterval", "is shorter than baseInterval", "");
    }
    return new BackOff(base, max);
  }

  private static RateLimited rateLimited(RateLimitedBackOff m, Scope at) {
    List<ResetHeader> headers = new ArrayList<>();
    for (int i = 0; i < m.getResetHeadersCount(); i++) {
      Scope item = at.item("resetHeaders", i);
      Format format =
          Rules.word(item.field("format"), m.getResetHeaders(i).getFormat(), Format.values());
      headers.add(
          new ResetHeader(
              Rules.headerName(item.field("name"), m.getResetHeaders(i).getName()),
              format == Format.UNIX_TIMESTAMP));
    }
    if (headers.isEmpty()) {
      at.wrongField("resetHeaders", "is required", "name a header, such as retry-after");
    }
    return new RateLimited(
        headers, or(Rules.positive(at.field("maxInterval"), m.getMaxInterval()), DEFAULT_RESET));
  }

  private static Duration or(@Nullable Duration value, Duration fallback) {
    return value == null ? fallback : value;
  }

  static Retry write(Retries value) {
    Retry.Builder out = Retry.newBuilder().setNumRetries(value.max());
    if (!value.on().equals(On.DEFAULT)) {
      out.setRetryOn(
          RetryOn.newBuilder()
              .addAllTriggers(value.on().triggers())
              .addAllHttpStatusCodes(value.on().statusCodes())
              .addAllResponseHeaders(matches(value.on().responseHeaders()))
              .addAllRequestHeaders(matches(value.on().requestHeaders())));
    }
    PerTry perTry = value.perTry();
    Write.duration(perTry.timeout(), text -> out.getPerRetryBuilder().setTimeout(text));
    Write.duration(perTry.idleTimeout(), text -> out.getPerRetryBuilder().setIdleTimeout(text));
    Write.ifSet(
        perTry.backOff(),
        pause ->
            out.getPerRetryBuilder()
                .getBackOffBuilder()
                .setBaseInterval(GatewayDuration.format(pause.base()))
                .setMaxInterval(GatewayDuration.format(pause.max())));
    Write.ifSet(
        value.avoidPreviousHosts(),
        avoid -> out.getHostSelectionBuilder().setAvoidPreviousHosts(avoid));
    Write.ifSet(
        value.hostAttempts(), attempts -> out.getHostSelectionBuilder().setMaxAttempts(attempts));
    Write.ifSet(value.rateLimited(), limited -> out.setRateLimitedBackOff(write(limited)));
    if (value.nonIdempotent()) {
      out.setNonIdempotent(true);
    }
    return out.build();
  }

  private static List<HTTPValueMatch> matches(List<ValueMatch> matches) {
    return matches.stream().map(RouteMatchCodec::write).toList();
  }

  private static RateLimitedBackOff write(RateLimited value) {
    RateLimitedBackOff.Builder out =
        RateLimitedBackOff.newBuilder().setMaxInterval(GatewayDuration.format(value.max()));
    for (ResetHeader header : value.headers()) {
      out.addResetHeadersBuilder()
          .setName(header.name())
          .setFormat(Rules.camel(header.unixTime() ? Format.UNIX_TIMESTAMP : Format.SECONDS));
    }
    return out.build();
  }
}
