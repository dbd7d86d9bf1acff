package io.headgate.dataplane.observe;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.xds.model.listener.AccessLog;
import io.headgate.xds.model.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A body with command operators, for answers that the proxy makes itself. What comes from requests
 * is written as in a log, without control characters; the proxy's own text as it stands.
 *
 * <p><b>Thread:</b> immutable; called on the stream's event loop.
 */
public final class BodyFormat {
  private static final String OWN_TEXT = "%LOCAL_REPLY_BODY%";
  // The proxy's own text goes between these.
  private final List<Function<LogEntry, String>> parts;

  private BodyFormat(List<Function<LogEntry, String>> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * Compiles a text.
   *
   * @throws IllegalArgumentException when an operator is unknown
   */
  public static BodyFormat text(String text) {
    List<Function<LogEntry, String>> parts = new ArrayList<>();
    for (String part : text.split(OWN_TEXT, -1)) {
      parts.add(LogFormat.compile(part, false)::line);
    }
    return new BodyFormat(parts);
  }

  /**
   * Compiles a JSON object; its text ends with a line feed.
   *
   * @throws IllegalArgumentException when an operator is unknown
   */
  public static BodyFormat json(Value.Obj object) {
    return new BodyFormat(List.of(LineLogger.compile(new AccessLog.Format.Json(object, false))));
  }

  /** The body for a stream's answer. */
  public String of(StreamInfo info, RequestHead request, ResponseHead response) {
    LogEntry entry = new LogEntry(info, request, response, null);
    String own = info.localReplyBody == null ? "" : info.localReplyBody;
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      body.append(i == 0 ? "" : own).append(parts.get(i).apply(entry));
    }
    return body.toString();
  }
}
