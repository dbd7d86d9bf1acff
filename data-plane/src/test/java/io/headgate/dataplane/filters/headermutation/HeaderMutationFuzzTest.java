package io.headgate.dataplane.filters.headermutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.codec.h1.H1Settings;
import io.headgate.dataplane.filter.FilterContext;
import io.headgate.dataplane.filter.FilterTemplate;
import io.headgate.dataplane.filter.StreamFilter;
import io.headgate.dataplane.filters.FakeFilterStream;
import io.headgate.dataplane.harness.Fuzz;
import io.headgate.dataplane.harness.Http1;
import io.headgate.dataplane.http.HeaderName;
import io.headgate.dataplane.http.RequestHead;
import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutation;
import io.headgate.xds.model.filter.HeaderMutationConfig.Mutations;
import io.headgate.xds.model.header.HeaderAddition;
import io.headgate.xds.model.header.HeaderAddition.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Any changes of any fields come out as in a model that is a list of lines. */
class HeaderMutationFuzzTest {
  private static final int CASES = 3_000;
  private static final String[] NAMES = {"x-a", "x-b", "cookie", "accept", "x-forwarded-for"};
  private static final Action[] ACTIONS = Action.values();

  private static String pick(Random random, String... from) {
    return from[random.nextInt(from.length)];
  }

  private static String value(Random random) {
    return pick(random, "", "1", "two", "%BREAK%", "%NUL%", "%PATH%", "a, b", "v".repeat(300));
  }

  /** What the operators in a value come to. */
  private static String resolved(String value) {
    return value.replace("%PATH%", "/p").replace("%BREAK%", "a\r\nb: c").replace("%NUL%", "a\0");
  }

  @Test
  void changesAreThoseOfTheModel() {
    Fuzz.replay("header-mutation", CASES, HeaderMutationFuzzTest::check);
  }

  @Test
  void aRemovalThatIsForgottenIsSeen() {
    Fuzz.mustFail(
        CASES,
        draw ->
            check(draw, all -> all.stream().filter(m -> !(m instanceof Mutation.Remove)).toList()));
  }

  static void check(Random random) {
    check(random, mutations -> mutations);
  }

  private static void check(Random random, UnaryOperator<List<Mutation>> done) {
    RequestHead head = new RequestHead();
    head.path("/p");
    List<String[]> model = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String name = pick(random, NAMES);
      String value = "old" + i;
      head.headers().add(HeaderName.of(name), value);
      model.add(new String[] {name, value});
    }
    List<Mutation> mutations = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      String name = pick(random, NAMES);
      if (random.nextInt(4) == 0) {
        mutations.add(new Mutation.Remove(name));
        model.removeIf(field -> field[0].equals(name));
      } else {
        HeaderAddition addition =
            new HeaderAddition(
                name, value(random), ACTIONS[random.nextInt(ACTIONS.length)], random.nextBoolean());
        mutations.add(new Mutation.Append(addition));
        put(model, addition);
      }
    }
    filter(new HeaderMutationConfig(new Mutations(done.apply(mutations), List.of()), false), head)
        .onRequestHead(head, true);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < head.headers().size(); i++) {
      lines.add(head.headers().nameAt(i) + ": " + head.headers().valueAt(i));
    }
    assertThat(lines)
        .as(mutations::toString)
        .containsExactlyInAnyOrderElementsOf(
            model.stream().map(field -> field[0] + ": " + field[1]).toList());
    Http1.Message message = new Http1.Message();
    head.authority("a");
    message.head.copyFrom(head);
    Http1.Reading read =
        Http1.read(H1Settings.DEFAULT, Http1.write(H1Settings.DEFAULT, message, 1));
    assertThat(read.errors()).as(mutations::toString).isEmpty();
    assertThat(read.messages()).as("no field makes another request").hasSize(1);
    assertThat(Http1.fields(read.messages().getFirst().head.headers(), Set.of()))
        .as("upstream reads the same fields")
        .containsExactlyElementsOf(lines);
    for (String name : NAMES) {
      assertThat(head.headers().all(HeaderName.of(name)))
          .as(() -> name + " after " + mutations)
          .containsExactlyElementsOf(
              model.stream().filter(f -> f[0].equals(name)).map(f -> f[1]).toList());
    }
  }

  private static void put(List<String[]> model, HeaderAddition addition) {
    String value = resolved(addition.value());
    if ((value.isEmpty() && !addition.keepEmptyValue()) || !value.matches("[^\\r\\n\\x00]*")) {
      return;
    }
    String[] field = {addition.name(), value};
    int first = 0;
    while (first < model.size() && !model.get(first)[0].equals(field[0])) {
      first++;
    }
    boolean exists = first < model.size();
    switch (addition.action()) {
      case APPEND_IF_EXISTS_OR_ADD -> model.add(field);
      case ADD_IF_ABSENT -> {
        if (!exists) {
          model.add(field);
        }
      }
      case OVERWRITE_IF_EXISTS_OR_ADD -> {
        model.removeIf(old -> old[0].equals(field[0]));
        model.add(field);
      }
      case OVERWRITE_IF_EXISTS -> {
        if (exists) {
          model.removeIf(old -> old[0].equals(field[0]));
          model.add(field);
        }
      }
    }
  }

  private static StreamFilter filter(HeaderMutationConfig config, RequestHead head) {
    HeaderMutationFactory factory =
        new HeaderMutationFactory(format -> (request, response, info) -> resolved(format));
    Meters meters = new Meters();
    FilterContext context = new FilterContext("m", meters.scope("http"), meters);
    StreamFilter filter = ((FilterTemplate.Passing) factory.create(config, context)).newStream();
    filter.attach(new FakeFilterStream(head, new Object[0]));
    return filter;
  }
}
