package io.headgate.dataplane.harness;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The tools that fuzz targets are made of. */
class FuzzTest {
  @Test
  void choicesAreBytesAndEndWithTheFirst() {
    Draw draw = new Draw(new byte[] {(byte) 200, 3, 1, 2, 7});
    assertThat(draw.nextInt(7)).isEqualTo(200 % 7);
    assertThat(draw.nextBoolean()).isTrue();
    assertThat(draw.nextInt(1000)).isEqualTo(258);
    assertThat(draw.rest()).containsExactly(7);
    assertThat(draw.nextInt(9)).isZero();
    assertThat(draw.nextLong()).isZero();
  }

  @Test
  void aFailureIsToldAndTheInputFoundAgain() {
    byte[] fault = "head".getBytes(US_ASCII);
    assertThatThrownBy(() -> PlantedFaultFuzz.fuzzerTestOneInput(fault))
        .hasMessageContaining("planted");
    PlantedFaultFuzz.fuzzerTestOneInput("hea_".getBytes(US_ASCII));
    Fuzz.mustFail(
        1000,
        draw -> {
          if (draw.nextInt(256) == 'h') {
            PlantedFaultFuzz.check(new Draw(fault));
          }
        });
  }
}
