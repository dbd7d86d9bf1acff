package io.headgate.dataplane.filters.headermutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filters.FakeFilterStream;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.http.ResponseHead;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutation;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutations;
import io.headgate.xds.model.filter.HeaderMutationPerRoute;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.header.HeaderAddition.Action;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderMutationFilterTest {
  private static final HeaderName A = HeaderName.of("x-a");

  private static Mutation put(String name, String value, Action action) {
    return new Mutation.Append(new HeaderAddition(name, value, action, false));
  }

  private static Mutations request(Mutation... mutations) {
    return new Mutations(List.of(mutations), List.of());
  }

  private static StreamFilter filter(
      HeaderMutationConfig config, RequestHead head, Mutations... levels) {
    HeaderMutationFactory factory =
        new HeaderMutationFactory(format ->
            (request, response, info) ->
                format.replace("%PATH%", request.path()).replace("%BAD%", "a\r\nb"));
    Meters meters = new Meters();
    FilterContext context = new FilterContext("m", meters.scope("http"), meters);
    Object[] routeConfigs =
        Arrays.stream(levels)
            .map(l -> factory.createRouteConfig(new HeaderMutationPerRoute(l), context))
            .toArray();
    StreamFilter filter = ((FilterTemplate.Passing) factory.create(config, context)).newStream();
    filter.attach(new FakeFilterStream(head, routeConfigs));
    return filter;
  }

  private static RequestHead run(HeaderMutationConfig config, Mutations... levels) {
    RequestHead head = new RequestHead();
    head.path("/p");
    head.headers().add(A, "old");
    filter(config, head, levels).onRequestHead(head, true);
    return head;
  }

  private static List<String> values(Action action, String value) {
    return run(new HeaderMutationConfig(request(put("X-A", value, action)), false))
        .headers()
        .all(A);
  }

  @Test
  void everyActionActs() {
    assertThat(values(Action.APPEND_IF_EXISTS_OR_ADD, "new")).containsExactly("old", "new");
    assertThat(values(Action.ADD_IF_ABSENT, "new")).containsExactly("old");
    assertThat(values(Action.OVERWRITE_IF_EXISTS_OR_ADD, "new")).containsExactly("new");
    assertThat(values(Action.OVERWRITE_IF_EXISTS, "%PATH%")).containsExactly("/p");
    assertThat(values(Action.OVERWRITE_IF_EXISTS_OR_ADD, "")).containsExactly("old");
  }

  @Test
  void lineBreaksNeverLeave() {
    assertThat(values(Action.OVERWRITE_IF_EXISTS_OR_ADD, "%BAD%")).containsExactly("old");
  }

  @Test
  void mutationsRunInOrder() {
    RequestHead head =
        run(
            new HeaderMutationConfig(
                request(
                    new Mutation.Remove("x-a"),
                    put("x-a", "1", Action.OVERWRITE_IF_EXISTS),
                    put("x-a", "2", Action.ADD_IF_ABSENT)),
                false));
    assertThat(head.headers().all(A)).containsExactly("2");
  }

  @Test
  void levelsOfTheRouteRunInTheConfiguredOrder() {
    Mutations none = request();
    Mutations table = request(put("x-a", "table", Action.OVERWRITE_IF_EXISTS_OR_ADD));
    Mutations route = request(put("x-a", "route", Action.OVERWRITE_IF_EXISTS_OR_ADD));
    assertThat(run(new HeaderMutationConfig(none, false), table, route).headers().all(A))
        .containsExactly("table");
    assertThat(run(new HeaderMutationConfig(none, true), table, route).headers().all(A))
        .containsExactly("route");
  }

  @Test
  void answersAreChangedToo() {
    HeaderMutationConfig config =
        new HeaderMutationConfig(
            new Mutations(List.of(), List.of(put("x-a", "%PATH%", Action.APPEND_IF_EXISTS_OR_ADD))),
            false);
    RequestHead request = new RequestHead();
    request.path("/q");
    ResponseHead head = new ResponseHead();
    filter(config, request).onResponseHead(head, true);
    assertThat(head.headers().all(A)).containsExactly("/q");
  }
}
