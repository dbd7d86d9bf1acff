package io.headgate.dataplane.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathKeysTest {

  /** Paths are alike but for two characters, wherever those stand. */
  @ParameterizedTest
  @ValueSource(ints = {8, 13, 16, 23, 24})
  void similarPathsAreSpread(int length) {
    for (int at = 0; at + 2 <= length; at++) {
      Map<String, Candidates> entries = new HashMap<>();
      StringBuilder text = new StringBuilder("/".repeat(length));
      for (char a = 'a'; a <= 'z'; a++) {
        for (char b = 'a'; b <= 'z'; b++) {
          text.setCharAt(at, a);
          text.setCharAt(at + 1, b);
          entries.put(text.toString(), Candidates.NONE);
        }
      }
      PathHash hash = new PathHash(false);
      PathKeys keys = new PathKeys(entries, hash::of, false);
      assertThat(keys.longestRun()).as("two characters at %s", at).isLessThan(40);
    }
  }

  @Test
  void theHashIsTheSameWhereverATextStands() {
    PathHash hash = new PathHash(true);
    for (int length = 0; length < 20; length++) {
      byte[] text = "/Some/Path/to-things".substring(0, length).getBytes(ISO_8859_1);
      byte[] inside =
          ("xxx" + new String(text, ISO_8859_1) + "?more=of&that=1").getBytes(ISO_8859_1);
      long whole = hash.of(text);
      assertThat(hash.extend(0, inside, 3, 3 + length)).isEqualTo(whole);
      byte[] lower = new String(text, ISO_8859_1).toLowerCase(Locale.ROOT).getBytes(ISO_8859_1);
      assertThat(hash.of(lower)).isEqualTo(whole);
    }
  }
}
