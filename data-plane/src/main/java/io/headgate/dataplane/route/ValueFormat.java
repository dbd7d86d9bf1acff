package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import org.jspecify.annotations.Nullable;

/**
 * Text with command operators, for example {@code %PROTOCOL%}, worked out for one stream.
 *
 * <p>Thread: immutable; called on the stream's event loop.
 */
@FunctionalInterface
public interface ValueFormat {

  /** Returns the text; an operator without a value gives nothing. */
  String text(RequestHead request, @Nullable ResponseHead response, StreamInfo info);

  /** Compiles formats; the access log's operators serve here as well. */
  @FunctionalInterface
  interface Compiler {
    /** Refuses every operator; for route tables without one. */
    Compiler LITERALS_ONLY =
        format -> {
          throw new IllegalArgumentException("command operators are not available: " + format);
        };

    /**
     * Compiles a text that holds a percent sign.
     *
     * @throws IllegalArgumentException when an operator is unknown
     */
    ValueFormat compile(String format);
  }
}
