package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.dataplane.http.HeaderBlock;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.HeaderViolation;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.xds.model.header.HeaderAddition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header changes of all levels of a route, in the order in which they are made: level by level,
 * each removing before it adds.
 *
 * <p>A value that turns out to hold a control character is left out: no CR, LF or NUL ever leaves.
 *
 * <p>Thread: immutable; called on the stream's event loop.
 */
public final class HeaderEdits {

  /** No change. */
  public static final HeaderEdits NONE = new HeaderEdits(List.of());

  private final Edit[] edits;

  private sealed interface Edit {}

  private record Remove(HeaderName name) implements Edit {}

  private record Put(HeaderName name, Text text, HeaderAddition.Action action, boolean keepEmpty)
      implements Edit {}

  /** A literal, or a format that gives the text for each stream. */
  private static final class Text {
    private final byte[] literal;
    private final @Nullable ValueFormat format;

    Text(byte[] literal, @Nullable ValueFormat format) {
      this.literal = literal;
      this.format = format;
    }

    byte[] bytes(RequestHead request, @Nullable ResponseHead response, StreamInfo info) {
      return format == null ? literal : format.text(request, response, info).getBytes(UTF_8);
    }
  }

  private HeaderEdits(List<Edit> edits) {
    this.edits = edits.toArray(new Edit[0]);
  }

  /** One level: what it removes and what it adds. */
  record Level(List<String> remove, List<HeaderAddition> add) {}

  static HeaderEdits compile(List<Level> levels, ValueFormat.Compiler formats) {
    List<Edit> edits = new ArrayList<>();
    for (Level level : levels) {
      for (String name : level.remove()) {
        edits.add(new Remove(HeaderName.of(name)));
      }
      for (HeaderAddition addition : level.add()) {
        edits.add(put(addition, formats));
      }
    }
    return edits.isEmpty() ? NONE : new HeaderEdits(edits);
  }

  /** Compiles additions that belong to no route. */
  public static HeaderEdits ofAdditions(
      List<HeaderAddition> additions, ValueFormat.Compiler formats) {
    return compile(List.of(new Level(List.of(), additions)), formats);
  }

  private static Put put(HeaderAddition addition, ValueFormat.Compiler formats) {
    HeaderName name = HeaderName.of(addition.name());
    boolean plain = addition.value().indexOf('%') < 0;
    return new Put(
        name,
        new Text(
            addition.value().getBytes(UTF_8), plain ? null : formats.compile(addition.value())),
        addition.action(),
        addition.keepEmptyValue());
  }

  /** Whether there is nothing to change. */
  public boolean isEmpty() {
    return edits.length == 0;
  }

  /** Changes the headers of a request, or of its answer when {@code response} is given. */
  public void apply(RequestHead request, @Nullable ResponseHead response, StreamInfo info) {
    HeaderBlock headers = response == null ? request.headers() : response.headers();
    for (Edit edit : edits) {
      switch (edit) {
        case Remove remove -> headers.remove(remove.name());
        case Put put -> apply(put, headers, request, response, info);
      }
    }
  }

  private static void apply(
      Put put,
      HeaderBlock headers,
      RequestHead request,
      @Nullable ResponseHead response,
      StreamInfo info) {
    byte[] value = put.text().bytes(request, response, info);
    if (value.length == 0 && !put.keepEmpty()) {
      return;
    }
    try {
      switch (put.action()) {
        case APPEND_IF_EXISTS_OR_ADD -> headers.add(put.name(), value);
        case ADD_IF_ABSENT -> {
          if (!headers.contains(put.name())) {
            headers.add(put.name(), value);
          }
        }
        case OVERWRITE_IF_EXISTS_OR_ADD -> headers.set(put.name(), value);
        case OVERWRITE_IF_EXISTS -> {
          if (headers.contains(put.name())) {
            headers.set(put.name(), value);
          }
        }
      }
    } catch (HeaderViolation e) {
      headers.remove(put.name());
    }
  }
}
