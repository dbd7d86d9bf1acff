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
 * each removing before it adds. What a level adds is worked out before it changes anything more,
 * and what takes the place of a value goes before what stands beside one.
 *
 * <p>A value that turns out to hold a control character is left out: no CR, LF or NUL ever leaves.
 *
 * <p>Thread: immutable; called on the stream's event loop.
 */
public final class HeaderEdits {

  /** No change. */
  public static final HeaderEdits NONE = new HeaderEdits(List.of());

  private final List<Batch> batches;

  /** The changes of one level. */
  private record Batch(List<HeaderName> removals, List<Put> additions) {}

  private record Put(HeaderName name, Text text, HeaderAddition.Action action, boolean keepEmpty) {
    boolean replaces() {
      return switch (action) {
        case OVERWRITE_IF_EXISTS, OVERWRITE_IF_EXISTS_OR_ADD -> true;
        case APPEND_IF_EXISTS_OR_ADD, ADD_IF_ABSENT -> false;
      };
    }

    /** Whether it does anything to headers like these. */
    boolean applies(HeaderBlock headers) {
      return switch (action) {
        case APPEND_IF_EXISTS_OR_ADD, OVERWRITE_IF_EXISTS_OR_ADD -> true;
        case ADD_IF_ABSENT -> !headers.contains(name);
        case OVERWRITE_IF_EXISTS -> headers.contains(name);
      };
    }
  }

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

  private HeaderEdits(List<Batch> batches) {
    this.batches = List.copyOf(batches);
  }

  /** One level: what it removes and what it adds. */
  record Level(List<String> remove, List<HeaderAddition> add) {}

  static HeaderEdits compile(List<Level> levels, ValueFormat.Compiler formats) {
    List<Batch> batches = new ArrayList<>();
    for (Level level : levels) {
      if (!level.remove().isEmpty() || !level.add().isEmpty()) {
        batches.add(
            new Batch(
                level.remove().stream().map(HeaderName::of).toList(),
                level.add().stream().map(addition -> put(addition, formats)).toList()));
      }
    }
    return batches.isEmpty() ? NONE : new HeaderEdits(batches);
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
    return batches.isEmpty();
  }

  /** Changes the headers of a request, or of its answer when {@code response} is given. */
  public void apply(RequestHead request, @Nullable ResponseHead response, StreamInfo info) {
    HeaderBlock headers = response == null ? request.headers() : response.headers();
    for (int i = 0; i < batches.size(); i++) {
      Batch batch = batches.get(i);
      for (int j = 0; j < batch.removals().size(); j++) {
        headers.remove(batch.removals().get(j));
      }
      if (!batch.additions().isEmpty()) {
        add(batch.additions(), headers, request, response, info);
      }
    }
  }

  private static void add(
      List<Put> additions,
      HeaderBlock headers,
      RequestHead request,
      @Nullable ResponseHead response,
      StreamInfo info) {
    byte[] @Nullable [] values = new byte[additions.size()][];
    for (int i = 0; i < values.length; i++) {
      Put put = additions.get(i);
      byte[] value = put.text().bytes(request, response, info);
      if ((value.length > 0 || put.keepEmpty()) && put.applies(headers)) {
        values[i] = value;
      }
    }
    write(additions, values, headers, true);
    write(additions, values, headers, false);
  }

  private static void write(
      List<Put> additions, byte[] @Nullable [] values, HeaderBlock headers, boolean replacing) {
    for (int i = 0; i < values.length; i++) {
      Put put = additions.get(i);
      byte[] value = values[i];
      if (value == null || put.replaces() != replacing) {
        continue;
      }
      try {
        if (replacing) {
          headers.set(put.name(), value);
        } else {
          headers.add(put.name(), value);
        }
      } catch (HeaderViolation e) {
        headers.remove(put.name());
      }
    }
  }
}
