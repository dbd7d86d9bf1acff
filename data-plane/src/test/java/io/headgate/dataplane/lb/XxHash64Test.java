package io.headgate.dataplane.lb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHash64Test {

  /** Values that other implementations give. */
  @ParameterizedTest
  @CsvSource({
    "'',ef46db3751d8e999",
    "a,d24ec4f1a98c6e5b",
    "abc,44bc2cf5ad770999",
    "Nobody inspects the spammish repetition,fbcea83c8a378bf1",
  })
  void agreesWithTheSpecification(String text, String expected) {
    assertThat(Long.toHexString(XxHash64.of(text.getBytes(US_ASCII)))).isEqualTo(expected);
  }
}
