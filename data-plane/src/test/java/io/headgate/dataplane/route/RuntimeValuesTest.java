package io.headgate.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.xds.model.bootstrap.RuntimeLayer;
import io.headgate.xds.model.value.Fraction;
import io.headgate.xds.model.value.RuntimeFraction;
import io.headgate.xds.model.value.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeValuesTest {
  private static final RuntimeFraction HALF = new RuntimeFraction("a.b", new Fraction(50, 100));

  private static RuntimeValues values(Value.Obj fixed) {
    return new RuntimeValues(
        List.of(new RuntimeLayer.Fixed("fixed", fixed), new RuntimeLayer.Admin("admin")));
  }

  private static int taken(RuntimeValues values, RuntimeFraction fraction, int of) {
    int taken = 0;
    for (int i = 0; i < of; i++) {
      taken += values.takes(fraction, i) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aKeyWithoutAValueLeavesTheDefault() {
    RuntimeValues values = values(Value.Obj.EMPTY);
    assertThat(taken(values, HALF, 1_000)).isEqualTo(500);
    assertThat(values.integer("a.b", 7)).isEqualTo(7);
    assertThat(values.entries()).isEmpty();
  }

  @Test
  void objectsInEachOtherAreDottedKeys() {
    RuntimeValues values =
        values(new Value.Obj(Map.of("a", new Value.Obj(Map.of("b", new Value.Num(10))))));
    assertThat(taken(values, HALF, 1_000)).isEqualTo(100);
    assertThat(values.integer("a.b", 7)).isEqualTo(10);
    assertThat(values.entries().get("a.b"))
        .isEqualTo(new RuntimeValues.Entry(List.of("10", ""), "10"));
  }

  @Test
  void fractionsHaveTheirOwnDenominator() {
    RuntimeValues values =
        values(
            new Value.Obj(
                Map.of(
                    "a.b",
                    new Value.Obj(
                        Map.of(
                            "numerator",
                            new Value.Num(5),
                            "denominator",
                            new Value.Str("TEN_THOUSAND"))))));
    assertThat(taken(values, HALF, 20_000)).isEqualTo(10);
  }

  @Test
  void theAdminsLayerCountsUntilItsKeyIsTakenOut() {
    RuntimeValues values = values(new Value.Obj(Map.of("a.b", new Value.Num(10))));
    values.set(Map.of("a.b", "100"));
    assertThat(taken(values, HALF, 1_000)).isEqualTo(1_000);
    values.set(Map.of("a.b", "{\"numerator\": 1, \"denominator\": \"HUNDRED\"}"));
    assertThat(taken(values, HALF, 1_000)).isEqualTo(10);
    values.set(Map.of("a.b", ""));
    assertThat(taken(values, HALF, 1_000)).isEqualTo(100);
  }

  @Test
  void whatIsNoNumberLeavesTheDefault() {
    RuntimeValues values = values(new Value.Obj(Map.of("a.b", new Value.Str("many"))));
    assertThat(taken(values, HALF, 1_000)).isEqualTo(500);
    assertThat(values.integer("a.b", 7)).isEqualTo(7);
  }
}
