package io.headgate.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.headgate.dataplane.http.ConnectionInfo;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.Method;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.LogFormat;
import io.headgate.dataplane.observe.StreamInfo;
import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.ReadMessage;
import io.headgate.xds.codec.ResourceDecoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.EnvoyTypes;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The route tables of the page on routing do what the page says. */
class RoutingPageTest {
  private static final Path PAGE = Path.of("../docs/routing.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\n(.*?)```\n+```text\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REQUEST =
      Pattern.compile("([A-Z]+) (http://\\S+)((?: [a-z-]+: \\S+)*) -> (.*)");
  private static final Pattern SENT = Pattern.compile(", (x-[a-z]+) (?=\\S)");
  private static final StreamInfo INFO =
      new StreamInfo(
          new ConnectionInfo(
              1, new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress(2), null),
          1,
          0,
          0);
  private static final Pattern FIELD = Pattern.compile(" ([a-z-]+): (\\S+)");

  @TestFactory
  List<DynamicTest> examplesHold() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
    while (example.find()) {
      RouteTable table = table(example.group(1));
      for (String line : example.group(2).strip().split("\n", -1)) {
        tests.add(
            DynamicTest.dynamicTest(
                line,
                () -> {
                  Matcher request = REQUEST.matcher(line);
                  assertThat(request.matches()).as(line).isTrue();
                  assertThat(answer(table, request, request.group(4))).isEqualTo(request.group(4));
                }));
      }
    }
    assertThat(tests).hasSizeGreaterThan(20);
    return tests;
  }

  private static RouteTable table(String yaml) {
    ReadMessage<RouteConfiguration> read =
        MessageReader.read(
            yaml,
            RouteConfiguration.getDefaultInstance(),
            MessageReader.Options.bootstrap(EnvoyTypes.REGISTRY::find, false));
    assertThat(read.violations()).isEmpty();
    return RouteTable.compile(
        ResourceDecoder.routeConfiguration(read.message(), new DecodeOptions(false, Set.of()))
            .orElseThrow(),
        new RouteServices(
            (name, config) -> config,
            format -> {
              LogFormat compiled = LogFormat.ofValue(format);
              return (request, response, info) -> compiled.text(info, request, response);
            },
            RuntimeFlags.DEFAULTS));
  }

  /** What comes out, in as much detail as is expected. */
  private static String answer(RouteTable table, Matcher request, String expected) {
    URI target = URI.create(request.group(2));
    RequestHead head = new RequestHead();
    head.method(Method.of(request.group(1)));
    head.authority(target.getAuthority());
    String query = target.getRawQuery();
    head.path(target.getRawPath() + (query == null ? "" : "?" + query));
    Matcher field = FIELD.matcher(request.group(3));
    while (field.find()) {
      head.headers().add(HeaderName.of(field.group(1)), field.group(2));
    }
    RouteEntry found = table.match(head, new SplittableRandom(1));
    if (found == null) {
      return "404";
    }
    return switch (found.target()) {
      case RouteTarget.Direct direct -> Integer.toString(direct.status());
      case RouteTarget.Redirect redirect ->
          redirect.status() + " " + redirect.location(head, found);
      case RouteTarget.Forward forward -> {
        StringBuilder text = new StringBuilder("cluster ").append(forward.cluster().of(head));
        forward.rewrite().apply(head, found.covered(head), true);
        found.requestEdits().apply(head, null, INFO);
        if (expected.contains(", path ")) {
          text.append(", path ").append(head.path());
        }
        if (expected.contains(", host ")) {
          text.append(", host ").append(head.authority());
        }
        Matcher sent = SENT.matcher(expected);
        while (sent.find()) {
          String value = head.headers().joined(HeaderName.of(sent.group(1)));
          text.append(", ").append(sent.group(1)).append(' ').append(value == null ? "-" : value);
        }
        yield text.toString();
      }
    };
  }
}
