package io.headgate.xds.codec.route;

import com.google.re2j.Pattern;
import io.headgate.xds.codec.message.MessageReader;
import io.headgate.xds.codec.message.MessageReader.Refusal;
import io.headgate.xds.codec.message.Shared;
import io.headgate.xds.model.route.RegexRewrite;
import io.headgate.xds.model.route.Rewrite;
import io.headgate.xds.model.route.Rewrite.HostEdit;
import io.headgate.xds.model.route.Rewrite.PathEdit;

/** Decodes changes of the request line. */
final class RewriteDecoder {
  private RewriteDecoder() {}

  static Rewrite decode(MessageReader r) {
    PathEdit path = r.build(() -> path(r));
    HostEdit host = r.build(() -> host(r));
    boolean append = r.bool("append_x_forwarded_host");
    return new Rewrite(r.built(path), r.built(host), append);
  }

  private static PathEdit path(MessageReader r) {
    String prefix = r.string("prefix_rewrite");
    RegexRewrite regex = r.message("regex_rewrite", RewriteDecoder::regex);
    if (!r.has("regex_rewrite")) {
      return prefix.isEmpty() ? new PathEdit.Keep() : new PathEdit.Prefix(prefix);
    }
    if (!prefix.isEmpty()) {
      r.refuse(
          "prefix_rewrite", "stands beside regex_rewrite", "keep one of the two, they exclude");
      throw new Refusal();
    }
    return new PathEdit.Regex(r.need("regex_rewrite", regex));
  }

  private static HostEdit host(MessageReader r) {
    return switch (r.which("host_rewrite_specifier")) {
      case "" -> new HostEdit.Keep();
      case "host_rewrite_literal" -> {
        String host = r.string("host_rewrite_literal");
        yield host.isEmpty() ? new HostEdit.Keep() : new HostEdit.Literal(host);
      }
      case "auto_host_rewrite" ->
          r.wrappedBool("auto_host_rewrite", false)
              ? new HostEdit.OfEndpoint()
              : new HostEdit.Keep();
      case "host_rewrite_header" -> {
        String name = r.string("host_rewrite_header");
        yield name.isEmpty() ? new HostEdit.Keep() : new HostEdit.OfHeader(name);
      }
      case "host_rewrite_path_regex" ->
          new HostEdit.OfPath(
              r.need(
                  "host_rewrite_path_regex",
                  r.message("host_rewrite_path_regex", RewriteDecoder::regex)));
      default -> throw new Refusal();
    };
  }

  /** An expression and what takes the place of its matches. */
  static RegexRewrite regex(MessageReader r) {
    String regex = r.message("pattern", Shared::regex);
    String substitution = r.string("substitution");
    String checked = r.need("pattern", regex);
    int groups = Pattern.compile(checked).groupCount();
    for (int i = substitution.indexOf('\\'); i >= 0; i = substitution.indexOf('\\', i + 2)) {
      char next = i + 1 < substitution.length() ? substitution.charAt(i + 1) : ' ';
      boolean group = next >= '0' && next <= '9';
      if (!group && next != '\\') {
        r.refuse(
            "substitution",
            "has a backslash that stands before neither a digit nor a backslash",
            "write \\\\ for a backslash");
        throw new Refusal();
      }
      if (group && next - '0' > groups) {
        r.refuse(
            "substitution",
            "names group " + next + " of an expression that has " + groups,
            "add the group or name another one");
        throw new Refusal();
      }
    }
    return new RegexRewrite(checked, substitution);
  }
}
