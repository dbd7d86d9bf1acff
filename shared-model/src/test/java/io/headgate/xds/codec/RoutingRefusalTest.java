package io.headgate.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.headgate.fleet.codec.document.ReadMessage;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.EnvoyTypes;
import io.headgate.xds.codec.message.Violation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What route tables may not say is refused by the field's name, with what to do instead. */
class RoutingRefusalTest {
  private static final DecodeOptions STRICT = new DecodeOptions(false, Set.of());

  private static List<Violation> violations(String json) {
    ReadMessage<RouteConfiguration> read =
        io.headgate.fleet.codec.document.MessageReader.read(
            json.replace('\'', '"'),
            RouteConfiguration.getDefaultInstance(),
            io.headgate.fleet.codec.document.MessageReader.Options.bootstrap(
                EnvoyTypes.REGISTRY::find, false));
    assertThat(read.violations()).isEmpty();
    return ResourceDecoder.routeConfiguration(read.message(), STRICT)
            instanceof Decoded.Invalid<?> invalid
        ? invalid.violations()
        : List.of();
  }

  private static String host(String more) {
    return "{'name':'t','virtual_hosts':[{'name':'v','domains':['*']" + more + "}]}";
  }

  private static String route(String more) {
    return host(",'routes':[{" + more + "}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "virtual_clusters       | [{'name':'c','headers':[{'name':'x'}]}]",
        "rate_limits            | [{'actions':[{'remote_address':{}}]}]",
        "cors                   | {'max_age':'1'}",
        "hedge_policy           | {'hedge_on_per_try_timeout':true}",
        "include_is_timeout_retry_header | true",
      })
  void virtualHosts(String field, String value) {
    assertNamed(host(",'" + field + "':" + value), "virtual_hosts[0]." + field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "match.tls_context           |"
            + " 'match':{'prefix':'/','tls_context':{'presented':true}},'route':{'cluster':'c'}",
        "match.dynamic_metadata      |"
            + " 'match':{'prefix':'/','dynamic_metadata':[{'filter':'f','path':[{'key':'k'}],'value':{'present_match':true}}]},'route':{'cluster':'c'}",
        "non_forwarding_action       | 'match':{'prefix':'/'},'non_forwarding_action':{}",
        "route.metadata_match        |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','metadata_match':{'filter_metadata':{'envoy.lb':{'a':'b'}}}}",
        "route.hedge_policy          |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','hedge_policy':{'hedge_on_per_try_timeout':true}}",
        "route.rate_limits           |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','rate_limits':[{'actions':[{'remote_address':{}}]}]}",
        "route.hash_policy[0].filter_state |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','hash_policy':[{'filter_state':{'key':'k'}}]}",
        "route.prefix_rewrite        |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','prefix_rewrite':'/a','regex_rewrite':{'pattern':{'regex':'a'},'substitution':'b'}}",
        "route.regex_rewrite.substitution |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','regex_rewrite':{'pattern':{'regex':'(a)'},'substitution':'\\2'}}",
        "route.regex_rewrite.pattern.regex |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','regex_rewrite':{'pattern':{'regex':'('},'substitution':'b'}}",
        "route.request_mirror_policies[0].cluster |"
            + " 'match':{'prefix':'/'},'route':{'cluster':'c','request_mirror_policies':[{}]}",
        "route.weighted_clusters.clusters[0].name |"
            + " 'match':{'prefix':'/'},'route':{'weighted_clusters':{'clusters':[{'weight':1}]}}",
        "direct_response.body.filename |"
            + " 'match':{'prefix':'/'},'direct_response':{'status':200,'body':{'filename':'/f'}}",
      })
  void routes(String field, String value) {
    assertNamed(route(value.replace("\\", "\\\\")), "virtual_hosts[0].routes[0]." + field);
  }

  private static void assertNamed(String json, String path) {
    List<Violation> violations = violations(json);
    assertThat(violations).extracting(Violation::path).containsExactly(path);
    assertThat(violations).allSatisfy(violation -> assertThat(violation.reason()).isNotEmpty());
  }
}
