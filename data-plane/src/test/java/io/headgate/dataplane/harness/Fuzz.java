package io.headgate.dataplane.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;

/**
 * Properties that hold for every input. An input is bytes, and a {@link Draw} makes a case of them.
 *
 * <p>In every build a target replays its corpus, {@code fuzz/NAME.inputs} beside this class (one
 * input a line, in base64), and then a fixed number of random inputs. {@code
 * integration-tests/suite.sh fuzz} gives the same targets to a fuzzer that is guided by coverage
 * and starts from the corpus; what it finds it adds to the corpus.
 */
public final class Fuzz {
  private static final int LONGEST = 600;

  private Fuzz() {}

  /** Draws one case and checks it; any exception or error is a failure. */
  @FunctionalInterface
  public interface Target {
    /** Checks one case. */
    void run(Draw draw) throws Exception;
  }

  /** Checks one input; what the fuzzer calls. */
  public static void one(Target target, byte[] input) {
    try {
      target.run(new Draw(input));
    } catch (RuntimeException | AssertionError e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Runs a target in a build.
   *
   * @param name of its corpus
   * @param cases random inputs, besides the corpus
   */
  public static void replay(String name, int cases, Target target) {
    corpus(name)
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(line -> named(name, Base64.getDecoder().decode(line.strip()), target));
    for (int seed = 0; seed < cases; seed++) {
      named(name, random(seed), target);
    }
  }

  /** Proves that a property can fail: with a fault that the target contains, some input does. */
  public static void mustFail(int cases, Target withFault) {
    int failures = 0;
    for (int seed = 0; seed < cases && failures == 0; seed++) {
      try {
        one(withFault, random(seed));
      } catch (RuntimeException | AssertionError e) {
        failures++;
      }
    }
    assertThat(failures).as("the planted fault is found").isPositive();
  }

  private static byte[] random(long seed) {
    Random random = new Random(seed);
    byte[] input = new byte[random.nextInt(LONGEST)];
    random.nextBytes(input);
    return input;
  }

  private static void named(String name, byte[] input, Target target) {
    try {
      one(target, input);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          name + " fails with the input " + Base64.getEncoder().encodeToString(input), e);
    }
  }

  /** The corpus of a target as its file has it: inputs, and what is said of them. */
  public static String corpus(String name) {
    String file = "fuzz/" + name + ".inputs";
    try (InputStream in =
        Objects.requireNonNull(
            Fuzz.class.getResourceAsStream(file), () -> "there is no corpus " + file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
