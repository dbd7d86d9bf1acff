package io.headgate.xds.model.listener;

import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * A log with one line per request.
 *
 * @param filter which requests it writes down; null for all
 */
public record AccessLog(Sink sink, Format format, @Nullable AccessLogFilter filter) {
  /** A log of all requests. */
  public AccessLog(Sink sink, Format format) {
    this(sink, format, null);
  }

  /** Where lines go. */
  public sealed interface Sink {
    /** A file, appended to. */
    record File(String path) implements Sink {
      public File {
        Checks.notEmpty(path, "path");
      }
    }

    /** The process's standard output. */
    record Stdout() implements Sink {}

    /** The process's standard error. */
    record Stderr() implements Sink {}
  }

  /** What a line holds, with Envoy's command operators such as %PROTOCOL%. */
  public sealed interface Format {
    /** Envoy's default line. */
    Text DEFAULT =
        new Text(
            "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
                + " %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%"
                + " %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\""
                + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\""
                + " \"%UPSTREAM_HOST%\"\n",
            false);

    /** A text line; the format brings its own line end. */
    record Text(String format, boolean omitEmptyValues) implements Format {
      public Text {
        Checks.notEmpty(format, "format");
      }
    }

    /** A JSON object per line. */
    record Json(Value.Obj format, boolean omitEmptyValues) implements Format {}
  }
}
