package io.headgate.dataplane.hcm;

import io.headgate.dataplane.filter.LocalReply;
import io.headgate.dataplane.http.ErrorKind;
import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.ProxyError;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.AccessLogger;
import io.headgate.dataplane.observe.ErrorOutcome;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.StreamInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is written down of streams: flags and details, the counters and the access log. */
final class StreamRecord {
  private StreamRecord() {}

  static void note(StreamInfo info, LocalReply reply) {
    note(info, reply.flag(), reply.details());
  }

  static void note(StreamInfo info, ErrorOutcome outcome) {
    note(info, outcome.flag(), outcome.details());
  }

  private static void note(StreamInfo info, @Nullable ResponseFlag flag, String details) {
    if (flag != null) {
      info.flag(flag);
    }
    info.details(details);
  }

  /** Counts a stream that ran out of time and returns what its client is told. */
  static LocalReply timedOut(ErrorKind kind, boolean requestEnded, HcmMeters meters) {
    switch (kind) {
      case REQUEST_TIMEOUT -> meters.requestTimeouts.add();
      case MAX_STREAM_DURATION -> meters.maxDurations.add();
      default -> meters.idleTimeouts.add();
    }
    LocalReply reply = LocalReply.of(ProxyError.of(kind));
    return requestEnded
        // The client has done its part, so it is a gateway's timeout.
        ? new LocalReply(504, reply.body(), reply.details(), reply.flag(), reply.headers())
        : reply;
  }

  /** A stream is over: counts and logs it. */
  static void close(
      StreamInfo info,
      HcmSettings settings,
      RequestHead request,
      @Nullable ResponseHead response,
      @Nullable HeaderBlock trailers) {
    HcmMeters meters = settings.meters();
    meters.requestsActive.sub();
    if (info.responseCode != 0) {
      meters.answered(info.responseCode);
      meters.routes.answered(info);
      meters.time.record((info.endNanos - info.startNanos) / 1_000_000);
    }
    List<AccessLogger> logs = settings.accessLogs();
    for (int i = 0; i < logs.size(); i++) {
      logs.get(i).log(info, request, response, trailers);
    }
  }

  /** A request was refused before it became a stream: counts and logs it. */
  static void refused(StreamInfo info, HcmSettings settings, ProxyError error, int status) {
    settings.meters().answered(status);
    ErrorOutcome outcome = ErrorOutcome.of(error);
    note(info, outcome);
    info.responseCode = status;
    info.bytesSent = outcome.body().length();
    info.endNanos = info.startNanos;
    for (AccessLogger log : settings.accessLogs()) {
      log.log(info, NoHead.REQUEST, null, null);
    }
  }
}
