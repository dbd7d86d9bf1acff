package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.LongStream;

/**
 * What must hold beside every attack: well-behaved clients have success in all they do, and the
 * proxy grows by no more than 128 MiB. Closing checks it, and prints the figures.
 */
final class Watch implements AutoCloseable {

  private static final long GROWTH = 128L << 20;

  private final EdgeProxy proxy;
  private final String attack;
  private final long residentBefore;
  private final Bystander resident;
  private final Bystander passenger;

  Watch(EdgeProxy proxy, String attack) throws IOException, InterruptedException {
    this.proxy = proxy;
    this.attack = attack;
    this.residentBefore = proxy.residentBytes();
    this.resident = new Bystander(proxy, Bystander.Habit.KEEPS_ITS_CONNECTION).begin();
    this.passenger = new Bystander(proxy, Bystander.Habit.CONNECTS_EACH_TIME).begin();
  }

  @Override
  public void close() throws IOException {
    assertThat(proxy.alive()).as(proxy.output()).isTrue();
    try (resident) {
      passenger.close();
    }
    long growth = proxy.residentBytes() - residentBefore;
    long[] sorted =
        LongStream.concat(
                resident.nanos().stream().mapToLong(Long::longValue),
                passenger.nanos().stream().mapToLong(Long::longValue))
            .sorted()
            .toArray();
    System.out.printf(
        "%s: %d requests of bystanders, 100 %% answered, p50 %d us, p99 %d us, memory %d KiB"
            + " more%n",
        attack, sorted.length, micros(sorted, 50), micros(sorted, 99), growth >> 10);
    assertThat(growth).as("growth of resident memory").isLessThanOrEqualTo(GROWTH);
  }

  private static long micros(long[] sorted, int percent) {
    return sorted[(sorted.length - 1) * percent / 100] / 1000;
  }
}
