package io.headgate.dataplane.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a property over generated cases. A case is what its seed makes of the generator, so a seed
 * is all that has to be kept of one that failed.
 *
 * <p>In the normal build a target runs its corpus, the seeds in {@code fuzz/NAME.seeds} beside this
 * class, and then a fixed number of seeds from 0 on. With {@code HEADGATE_FUZZ_MINUTES} in the
 * environment ({@code integration-tests/suite.sh fuzz}) it goes on with seeds that nobody has seen
 * before, for so many minutes or ten million cases.
 */
public final class Fuzz {
  private static final @Nullable String MINUTES = System.getenv("HEADGATE_FUZZ_MINUTES");
  private static final long MOST = 10_000_000;

  private Fuzz() {}

  /** Draws one case and checks it; any exception or error is a failure. */
  @FunctionalInterface
  public interface Target {
    /** Runs the case of a generator that was seeded just now. */
    void run(Random random) throws Exception;
  }

  /**
   * Runs a target.
   *
   * @param name of its corpus
   * @param cases in the normal build, besides the corpus
   */
  public static void run(String name, int cases, Target target) {
    corpus(name)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> one(name, Long.parseLong(line.strip()), target));
    for (long seed = 0; seed < cases; seed++) {
      one(name, seed, target);
    }
    if (MINUTES != null) {
      long count = unseen(name, target, Long.parseLong(MINUTES));
      System.out.println(name + ": " + (count + cases) + " executions, none failed");
    }
  }

  private static long unseen(String name, Target target, long minutes) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    long seed = System.currentTimeMillis() << 24;
    long count = 0;
    while (count < MOST && System.nanoTime() - end < 0) {
      one(name, seed++, target);
      count++;
    }
    return count;
  }

  private static void one(String name, long seed, Target target) {
    try {
      target.run(new Random(seed));
    } catch (Exception | AssertionError e) {
      throw new AssertionError(name + " fails with the seed " + seed, e);
    }
  }

  private static String corpus(String name) {
    String file = "fuzz/" + name + ".seeds";
    try (InputStream in =
        Objects.requireNonNull(
            Fuzz.class.getResourceAsStream(file), () -> "there is no corpus " + file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
