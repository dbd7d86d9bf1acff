package io.headgate.dataplane.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.harness.MemoryConnection;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.listener.AccessLogFilter;
import io.headgate.xds.model.listener.AccessLogFilter.Bound;
import io.headgate.xds.model.listener.AccessLogFilter.Op;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.HeaderMatcher.Condition;
import io.headgate.xds.model.match.StringMatcher;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which streams each filter lets through. */
class LogFiltersTest {
  private final StreamInfo info = new StreamInfo(MemoryConnection.INFO, 1, 1, 0);
  private final RequestHead request = new RequestHead();
  private final ResponseHead response = new ResponseHead();

  private boolean passes(AccessLogFilter filter) {
    return LogFilters.of(filter).test(new LogEntry(info, request, response, null));
  }

  @ParameterizedTest
  @CsvSource({
    "EQ,404,404,true", "EQ,404,405,false",
    "GE,500,500,true", "GE,500,499,false",
    "LE,299,299,true", "LE,299,300,false",
  })
  void statusesAndDurations(Op op, long bound, int value, boolean expected) {
    info.responseCode = value;
    info.endNanos = value * 1_000_000L;
    assertThat(passes(new AccessLogFilter.Status(new Bound(op, bound, "k")))).isEqualTo(expected);
    assertThat(passes(new AccessLogFilter.DurationMillis(new Bound(op, bound, "k"))))
        .isEqualTo(expected);
  }

  @Test
  void flags() {
    assertThat(passes(new AccessLogFilter.Flags(Set.of()))).isFalse();
    info.flag(ResponseFlag.UPSTREAM_CONNECTION_FAILURE);
    assertThat(passes(new AccessLogFilter.Flags(Set.of()))).isTrue();
    assertThat(passes(new AccessLogFilter.Flags(Set.of("UF", "UH")))).isTrue();
    assertThat(passes(new AccessLogFilter.Flags(Set.of("UH")))).isFalse();
  }

  @Test
  void everyFlagOfTheModelIsOneOfOurs() {
    assertThat(AccessLogFilter.Flags.KNOWN)
        .containsExactlyInAnyOrderElementsOf(
            List.of(ResponseFlag.values()).stream().map(ResponseFlag::shortName).toList());
  }

  @Test
  void grpc() {
    AccessLogFilter unavailable = new AccessLogFilter.GrpcStatus(Set.of(14), false);
    AccessLogFilter others = new AccessLogFilter.GrpcStatus(Set.of(14), true);
    info.responseCode = 503; // a gRPC client takes it for UNAVAILABLE
    assertThat(passes(unavailable)).isTrue();
    assertThat(passes(others)).isFalse();
    info.responseCode = 200;
    request.headers().add(HeaderName.of("content-type"), "application/grpc");
    response.headers().add(HeaderName.of("grpc-status"), "5");
    assertThat(passes(unavailable)).isFalse();
    assertThat(passes(new AccessLogFilter.GrpcStatus(Set.of(5), false))).isTrue();
  }

  @Test
  void headers() {
    AccessLogFilter exact = header(new Condition.Matches(StringMatcher.exact("b")), false);
    AccessLogFilter not = header(new Condition.Matches(StringMatcher.exact("b")), true);
    AccessLogFilter present = header(new Condition.Present(true), false);
    AccessLogFilter absent = header(new Condition.Present(true), true);
    assertThat(passes(exact)).isFalse();
    assertThat(passes(not)).isFalse();
    assertThat(passes(present)).isFalse();
    assertThat(passes(absent)).isTrue();
    request.headers().add(HeaderName.of("x-a"), "b");
    assertThat(passes(exact)).isTrue();
    assertThat(passes(not)).isFalse();
    assertThat(passes(present)).isTrue();
    assertThat(passes(absent)).isFalse();
    assertThat(passes(header(new Condition.Range(1, 5), false))).isFalse();
  }

  private static AccessLogFilter header(Condition condition, boolean invert) {
    return new AccessLogFilter.Header(new HeaderMatcher("x-a", condition, invert, false));
  }

  @Test
  void andOrAndTraces() {
    AccessLogFilter yes = new AccessLogFilter.NotHealthCheck();
    AccessLogFilter traced = new AccessLogFilter.Traced();
    assertThat(passes(new AccessLogFilter.All(List.of(yes, traced)))).isFalse();
    assertThat(passes(new AccessLogFilter.Any(List.of(yes, traced)))).isTrue();
    info.traced = true;
    assertThat(passes(new AccessLogFilter.All(List.of(yes, traced)))).isTrue();
  }

  @Test
  void aShareIsMadeOfTheRequestId() {
    AccessLogFilter quarter = new AccessLogFilter.Sampled("k", 25, 100, false);
    request.headers().add(HeaderName.of("x-request-id"), "00000018-0000-4000-8000-000000000000");
    assertThat(passes(quarter)).isTrue(); // 0x18 = 24
    request.headers().set(HeaderName.of("x-request-id"), "00000019-0000-4000-8000-000000000000");
    assertThat(passes(quarter)).isFalse();
    AccessLogFilter drawn = new AccessLogFilter.Sampled("k", 25, 100, true);
    int passed = 0;
    for (int i = 0; i < 10_000; i++) {
      passed += passes(drawn) ? 1 : 0;
    }
    assertThat(passed).isBetween(2000, 3000);
    assertThat(passes(new AccessLogFilter.Sampled("k", 0, 100, false))).isFalse();
    assertThat(passes(new AccessLogFilter.Sampled("k", 100, 100, false))).isTrue();
  }
}
