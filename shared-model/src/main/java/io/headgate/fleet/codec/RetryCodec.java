package io.headgate.fleet.codec;

import io.headgate.fleet.BackendTrafficPolicy.BackOff;
import io.headgate.fleet.BackendTrafficPolicy.Budget;
import io.headgate.fleet.BackendTrafficPolicy.Retries;
import io.headgate.proto.config.v1.Retry;
import io.headgate.proto.config.v1.RetryBackOff;
import io.headgate.proto.config.v1.RetryBudget;
import java.time.Duration;
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
          "retriable-status-codes");

  private static final int MAX_RETRIES = 100;
  private static final Duration DEFAULT_BASE = Duration.ofMillis(25);
  private static final int DEFAULT_GROWTH = 10;

  private RetryCodec() {}

  static Retries read(Retry message, Scope at) {
    for (int i = 0; i < message.getRetryOnCount(); i++) {
      String condition = message.getRetryOn(i);
      if (!CONDITIONS.contains(condition)) {
        String hint = Nearest.hint(condition, CONDITIONS);
        at.item("retryOn", i)
            .wrong(
                "is not a condition",
                hint.isEmpty() ? "use one of " + String.join(", ", CONDITIONS) : hint);
      }
    }
    for (int i = 0; i < message.getStatusCodesCount(); i++) {
      Rules.between(at.item("statusCodes", i), message.getStatusCodes(i), 400, 599);
    }
    boolean byCode = message.getRetryOnList().contains("retriable-status-codes");
    if (byCode && message.getStatusCodesCount() == 0) {
      at.wrongField("statusCodes", "is required with retriable-status-codes", "");
    } else if (!byCode && message.getStatusCodesCount() > 0) {
      at.wrongField("statusCodes", "has no effect", "add retriable-status-codes to retryOn");
    }
    int max = message.hasNumRetries() ? message.getNumRetries() : 1;
    return new Retries(
        Rules.between(at.field("numRetries"), max, 0, MAX_RETRIES),
        message.getRetryOnList(),
        message.getStatusCodesList(),
        Rules.positive(at.field("perTryTimeout"), message.getPerTryTimeout()),
        message.hasBackOff() ? backOff(message.getBackOff(), at.field("backOff")) : null,
        message.hasBudget() ? budget(message.getBudget(), at.field("budget")) : null);
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

  private static Duration or(@Nullable Duration value, Duration fallback) {
    return value == null ? fallback : value;
  }

  private static Budget budget(RetryBudget message, Scope at) {
    double percent = message.hasPercent() ? message.getPercent() : 20;
    if (!(percent >= 0 && percent <= 100)) {
      at.wrongField("percent", "is out of range", "use 0 to 100");
    }
    int min = message.hasMinConcurrent() ? message.getMinConcurrent() : 3;
    return new Budget(percent, Rules.between(at.field("minConcurrent"), min, 0, 1_000_000));
  }

  static Retry write(Retries value) {
    Retry.Builder out =
        Retry.newBuilder()
            .setNumRetries(value.max())
            .addAllRetryOn(value.on())
            .addAllStatusCodes(value.statusCodes());
    if (value.perTryTimeout() != null) {
      out.setPerTryTimeout(GatewayDuration.format(value.perTryTimeout()));
    }
    BackOff backOff = value.backOff();
    if (backOff != null) {
      out.setBackOff(
          RetryBackOff.newBuilder()
              .setBaseInterval(GatewayDuration.format(backOff.base()))
              .setMaxInterval(GatewayDuration.format(backOff.max())));
    }
    Budget budget = value.budget();
    if (budget != null) {
      out.setBudget(
          RetryBudget.newBuilder()
              .setPercent(budget.percent())
              .setMinConcurrent(budget.minConcurrent()));
    }
    return out.build();
  }
}
