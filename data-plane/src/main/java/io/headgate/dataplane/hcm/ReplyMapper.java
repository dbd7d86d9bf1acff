package io.headgate.dataplane.hcm;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.BodyFormat;
import io.headgate.dataplane.observe.LogFormat;
import io.headgate.dataplane.observe.ResponseFlag;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.dataplane.route.HeaderEdits;
import io.headgate.dataplane.route.RequestMatcher;
import io.headgate.dataplane.route.RuntimeFlags;
import io.headgate.xds.model.http.LocalReplyRules;
import io.headgate.xds.model.http.LocalReplyRules.Filter;
import io.headgate.xds.model.http.LocalReplyRules.Format;
import io.headgate.xds.model.http.LocalReplyRules.Mapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes answers that the proxy makes itself: status, headers and body, by the first rule that
 * takes the answer, and the form of every body.
 *
 * <p><b>Thread:</b> immutable; called on the stream's event loop.
 */
public final class ReplyMapper {
  /** Changes nothing. */
  public static final ReplyMapper NONE =
      new ReplyMapper(LocalReplyRules.NONE, RuntimeFlags.DEFAULTS);

  private final List<Rule> rules;
  private final @Nullable Body format;

  /**
   * What an answer has become.
   *
   * @param contentType empty when the body was not put into a form
   */
  record Rewritten(int status, String body, String contentType) {}

  /** A stream's answer on its way through the rules. */
  private record Answer(RequestHead request, ResponseHead head, StreamInfo info) {}

  @FunctionalInterface
  private interface Test {
    boolean takes(Answer answer);
  }

  private record Body(BodyFormat format, String contentType) {
    static @Nullable Body of(@Nullable Format format) {
      return switch (format) {
        case null -> null;
        case Format.Text text ->
            new Body(BodyFormat.text(text.text()), orElse(text.contentType(), "text/plain"));
        case Format.Json json ->
            new Body(BodyFormat.json(json.json()), orElse(json.contentType(), "application/json"));
      };
    }

    private static String orElse(String configured, String usual) {
      return configured.isEmpty() ? usual : configured;
    }
  }

  private record Rule(Test test, Mapper mapper, HeaderEdits headers, @Nullable Body format) {}

  private ReplyMapper(LocalReplyRules config, RuntimeFlags runtime) {
    rules = config.mappers().stream().map(mapper -> rule(mapper, runtime)).toList();
    format = Body.of(config.format());
  }

  /**
   * Compiles rules.
   *
   * @throws IllegalArgumentException when a format has an unknown operator; decoding has refused it
   *     before
   */
  public static ReplyMapper of(LocalReplyRules config, RuntimeFlags runtime) {
    return config.isEmpty() ? NONE : new ReplyMapper(config, runtime);
  }

  private static Rule rule(Mapper mapper, RuntimeFlags runtime) {
    return new Rule(
        test(mapper.filter(), runtime),
        mapper,
        HeaderEdits.ofAdditions(
            mapper.headersToAdd(),
            text -> {
              LogFormat compiled = LogFormat.ofValue(text);
              return (request, response, info) -> compiled.text(info, request, response);
            }),
        Body.of(mapper.format()));
  }

  private static Test test(Filter filter, RuntimeFlags runtime) {
    return switch (filter) {
      case Filter.Status status -> answer -> compare(status, answer.head().status(), runtime);
      case Filter.Flags flags -> answer -> hasFlag(flags, answer.info());
      case Filter.Header header -> {
        RequestMatcher matcher = RequestMatcher.ofHeaders(List.of(header.matcher()));
        yield answer -> matcher.matches(answer.request());
      }
      case Filter.And and -> {
        List<Test> all = and.filters().stream().map(each -> test(each, runtime)).toList();
        yield answer -> all.stream().allMatch(each -> each.takes(answer));
      }
      case Filter.Or or -> {
        List<Test> all = or.filters().stream().map(each -> test(each, runtime)).toList();
        yield answer -> all.stream().anyMatch(each -> each.takes(answer));
      }
    };
  }

  private static boolean compare(Filter.Status filter, int status, RuntimeFlags runtime) {
    long value =
        filter.runtimeKey().isEmpty()
            ? filter.value()
            : runtime.integer(filter.runtimeKey(), filter.value());
    return switch (filter.comparison()) {
      case EQUAL -> status == value;
      case AT_LEAST -> status >= value;
      case AT_MOST -> status <= value;
    };
  }

  private static boolean hasFlag(Filter.Flags filter, StreamInfo info) {
    if (filter.flags().isEmpty()) {
      return info.flags() != 0;
    }
    for (ResponseFlag flag : ResponseFlag.values()) {
      if (info.has(flag) && filter.flags().contains(flag.shortName())) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing is changed. */
  boolean isEmpty() {
    return rules.isEmpty() && format == null;
  }

  /** Changes the head, and says what status and body become; the caller writes them. */
  Rewritten apply(RequestHead request, ResponseHead head, StreamInfo info, String text) {
    Answer answer = new Answer(request, head, info);
    String body = text;
    Body form = format;
    info.responseCode = head.status();
    for (Rule rule : rules) {
      if (rule.test().takes(answer)) {
        Mapper mapper = rule.mapper();
        body = mapper.body() == null ? body : mapper.body();
        if (!rule.headers().isEmpty()) {
          rule.headers().apply(request, head, info);
        }
        if (mapper.status() != null) {
          head.status(mapper.status());
          info.responseCode = mapper.status();
        }
        form = rule.format() == null ? form : rule.format();
        break;
      }
    }
    info.localReplyBody = body;
    return form == null
        ? new Rewritten(head.status(), body, "")
        : new Rewritten(head.status(), form.format().of(info, request, head), form.contentType());
  }
}
