package io.headgate.dataplane.admin;

import java.util.List;
import java.util.Locale;

/** The event loops, for people: figures of the last second, then what held one up. */
final class LoopsPage {
  private LoopsPage() {}

  static String text(List<AdminFacts.Loop> loops, List<AdminFacts.Stall> stalls) {
    StringBuilder text = new StringBuilder("loop  lag_us  busy_%  sockets  stalls\n");
    for (AdminFacts.Loop loop : loops) {
      text.append(
          String.format(
              Locale.ROOT,
              "%4d  %6d  %6.0f  %7d  %6d%n",
              loop.index(),
              loop.lagMicros(),
              loop.busy() * 100,
              loop.sockets(),
              loop.stalls()));
    }
    for (AdminFacts.Stall stall : stalls) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nloop %d stood still for %d ms at %s in %s%n",
              stall.loop(),
              stall.millis(),
              stall.at(),
              stall.place()));
      stall.stack().forEach(frame -> text.append("    ").append(frame).append('\n'));
    }
    return text.toString();
  }
}
