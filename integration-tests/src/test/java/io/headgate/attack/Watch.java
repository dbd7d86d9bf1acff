package io.headgate.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/**
 * What must hold beside every attack: a well-behaved client has success in all it does, and the
 * proxy grows by no more than 128 MiB. Closing checks it, and prints the figures.
 */
final class Watch implements AutoCloseable {

  private static final long GROWTH = 128L << 20;

  private final EdgeProxy proxy;
  private final String attack;
  private final long residentBefore;
  private final Bystander bystander;

  Watch(EdgeProxy proxy, String attack) throws IOException, InterruptedException {
    this.proxy = proxy;
    this.attack = attack;
    this.residentBefore = proxy.residentBytes();
    this.bystander = new Bystander(proxy).begin();
  }

  @Override
  public void close() throws IOException {
    assertThat(proxy.alive()).as(proxy.output()).isTrue();
    bystander.close();
    long growth = proxy.residentBytes() - residentBefore;
    System.out.println(
        attack + ": " + bystander.summary() + ", memory " + (growth >> 10) + " KiB more");
    assertThat(growth).as("growth of resident memory").isLessThanOrEqualTo(GROWTH);
  }
}
