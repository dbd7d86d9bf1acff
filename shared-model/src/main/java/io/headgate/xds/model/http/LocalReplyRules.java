package io.headgate.xds.model.http;

import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.value.Checks;
import io.headgate.xds.model.value.Value;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How answers that the proxy makes itself are changed on their way out.
 *
 * @param mappers the first whose filter takes an answer changes it
 * @param format of the body of every such answer; null leaves the text as it is
 */
public record LocalReplyRules(List<Mapper> mappers, @Nullable Format format) {
  public static final LocalReplyRules NONE = new LocalReplyRules(List.of(), null);

  public LocalReplyRules {
    mappers = List.copyOf(mappers);
  }

  /** Whether there is nothing to change. */
  public boolean isEmpty() {
    return mappers.isEmpty() && format == null;
  }

  /**
   * A change of some answers.
   *
   * @param status the new status; null keeps it
   * @param body the new text, before it is formatted; null keeps it
   * @param format instead of the one for all; null for that one
   */
  public record Mapper(
      Filter filter,
      @Nullable Integer status,
      @Nullable String body,
      @Nullable Format format,
      List<HeaderAddition> headersToAdd) {
    public Mapper {
      Checks.require(
          status == null || (status >= 200 && status < 600), "status_code must be within 200..599");
      headersToAdd = List.copyOf(headersToAdd);
    }
  }

  /** What the body becomes, with command operators. */
  public sealed interface Format {
    /** The media type, empty for the form's own. */
    String contentType();

    /** Text. */
    record Text(String text, String contentType) implements Format {
      public Text {
        Checks.notEmpty(text, "text_format");
      }
    }

    /** A JSON object. */
    record Json(Value.Obj json, String contentType) implements Format {}
  }

  /** Which answers are changed. */
  public sealed interface Filter {
    /**
     * By status.
     *
     * @param runtimeKey of a value in its place; empty for none
     */
    record Status(Comparison comparison, int value, String runtimeKey) implements Filter {}

    /** Those with one of the response flags, by their short names; with any at all when empty. */
    record Flags(Set<String> flags) implements Filter {
      public Flags {
        flags = Set.copyOf(flags);
      }
    }

    /** By a header of the request. */
    record Header(HeaderMatcher matcher) implements Filter {}

    /** All of them. */
    record And(List<Filter> filters) implements Filter {
      public And {
        filters = List.copyOf(filters);
      }
    }

    /** One of them. */
    record Or(List<Filter> filters) implements Filter {
      public Or {
        filters = List.copyOf(filters);
      }
    }
  }

  /** How a status is compared. */
  public enum Comparison {
    EQUAL,
    AT_LEAST,
    AT_MOST
  }
}
