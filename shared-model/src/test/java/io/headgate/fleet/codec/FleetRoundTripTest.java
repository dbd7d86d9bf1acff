package io.headgate.fleet.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Kind;
import io.headgate.fleet.codec.rule.GatewayDuration;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class FleetRoundTripTest {
  private static final List<Kind> KINDS =
      Arrays.stream(Kind.values()).filter(k -> k != Kind.HOST).toList();

  @Property(tries = 60)
  void whatIsWrittenIsReadBackEqual(@ForAll long seed) {
    FleetObjects draw = new FleetObjects(seed);
    for (Kind kind : KINDS) {
      FleetObject object = FleetObjects.inOwnNamespace(draw.object(kind));

      String json = FleetWriter.storedJson(object);
      FleetObject back = FleetReader.object(json.getBytes(UTF_8), object.key()).orThrow();

      assertThat(back).isEqualTo(object);
      assertThat(FleetWriter.storedJson(back)).isEqualTo(json);
      assertThat(FleetWriter.hash(back)).isEqualTo(FleetWriter.hash(object)).hasSize(64);
    }
  }

  @Property(tries = 40)
  void whatPeopleAreShownCanBeAppliedAgain(@ForAll long seed) {
    FleetObjects draw = new FleetObjects(seed);
    for (Kind kind : KINDS) {
      FleetObject object = FleetObjects.inOwnNamespace(draw.object(kind));
      FleetObject fromYaml =
          FleetReader.manifests(FleetWriter.publicYaml(object)).get(0).object().orThrow();
      FleetObject fromJson =
          FleetReader.manifests(FleetWriter.publicJson(object)).get(0).object().orThrow();

      assertThat(fromYaml).isEqualTo(fromJson);
      if (kind != Kind.SECRET) {
        assertThat(fromYaml).isEqualTo(object);
      }
    }
  }

  @Property(tries = 300)
  void durationsAreReadBackEqual(@ForAll @LongRange(min = 0, max = 300_000_000_000L) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(GatewayDuration.parse(GatewayDuration.format(duration))).contains(duration);
  }
}
