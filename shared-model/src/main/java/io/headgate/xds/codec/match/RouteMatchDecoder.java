package io.headgate.xds.codec.match;

import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.match.HeaderMatcher;
import io.headgate.xds.model.match.PathMatch;
import io.headgate.xds.model.match.QueryParameterMatcher;
import io.headgate.xds.model.match.RouteMatch;
import io.headgate.xds.model.match.StringMatcher;
import io.headgate.xds.model.value.RuntimeFraction;
import java.util.List;

/** Decodes which requests a route or rule takes. */
public final class RouteMatchDecoder {
  private RouteMatchDecoder() {}

  public static RouteMatch decode(MessageReader r) {
    boolean caseSensitive = r.wrappedBool("case_sensitive", true);
    List<HeaderMatcher> headers = r.list("headers", RouteMatchDecoder::header);
    List<QueryParameterMatcher> query = r.list("query_parameters", RouteMatchDecoder::query);
    boolean grpc = r.message("grpc", false, g -> true);
    RuntimeFraction fraction = r.message("runtime_fraction", Shared::runtimeFraction);
    return new RouteMatch(path(r), caseSensitive, headers, query, grpc, fraction);
  }

  private static PathMatch path(MessageReader r) {
    return switch (r.which("path_specifier")) {
      case "prefix" -> new PathMatch.Prefix(r.string("prefix"));
      case "path" -> new PathMatch.Exact(r.string("path"));
      case "safe_regex" ->
          new PathMatch.SafeRegex(r.need("safe_regex", r.message("safe_regex", Shared::regex)));
      case "path_separated_prefix" ->
          new PathMatch.PathSeparatedPrefix(r.string("path_separated_prefix"));
      case "connect_matcher" -> {
        r.accept("connect_matcher");
        yield new PathMatch.Connect();
      }
      default -> throw new Refusal();
    };
  }

  public static HeaderMatcher header(MessageReader r) {
    String name = r.string("name");
    boolean invert = r.bool("invert_match");
    boolean missingAsEmpty = r.bool("treat_missing_header_as_empty");
    return new HeaderMatcher(name, condition(r), invert, missingAsEmpty);
  }

  private static HeaderMatcher.Condition condition(MessageReader r) {
    return switch (r.which("header_match_specifier")) {
      case "" -> new HeaderMatcher.Condition.Present(true);
      case "present_match" -> new HeaderMatcher.Condition.Present(r.bool("present_match"));
      case "string_match" ->
          new HeaderMatcher.Condition.Matches(
              r.need("string_match", r.message("string_match", Shared::stringMatcher)));
      case "exact_match" -> matches(StringMatcher.Kind.EXACT, r.string("exact_match"));
      case "prefix_match" -> matches(StringMatcher.Kind.PREFIX, r.string("prefix_match"));
      case "suffix_match" -> matches(StringMatcher.Kind.SUFFIX, r.string("suffix_match"));
      case "contains_match" -> matches(StringMatcher.Kind.CONTAINS, r.string("contains_match"));
      case "safe_regex_match" ->
          matches(
              StringMatcher.Kind.SAFE_REGEX,
              r.need("safe_regex_match", r.message("safe_regex_match", Shared::regex)));
      case "range_match" ->
          r.need(
              "range_match",
              r.message(
                  "range_match",
                  range ->
                      new HeaderMatcher.Condition.Range(
                          range.integer("start"), range.integer("end"))));
      default -> throw new Refusal();
    };
  }

  private static HeaderMatcher.Condition matches(StringMatcher.Kind kind, String text) {
    return new HeaderMatcher.Condition.Matches(new StringMatcher(kind, text, false));
  }

  private static QueryParameterMatcher query(MessageReader r) {
    String name = r.string("name");
    return switch (r.which("query_parameter_match_specifier")) {
      case "" -> new QueryParameterMatcher(name, new QueryParameterMatcher.Condition.Present(true));
      case "present_match" ->
          new QueryParameterMatcher(
              name, new QueryParameterMatcher.Condition.Present(r.bool("present_match")));
      case "string_match" ->
          new QueryParameterMatcher(
              name,
              new QueryParameterMatcher.Condition.Matches(
                  r.need("string_match", r.message("string_match", Shared::stringMatcher))));
      default -> throw new Refusal();
    };
  }
}
