package io.headgate.perf.scenario;

import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import io.headgate.deploy.quickstart.DemoFleet;
import io.headgate.deploy.quickstart.Traffic;
import io.headgate.perf.measure.CpuClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Resident memory of every process of the quick start after some traffic. */
public final class Memory implements Scenario {

  private static final int PORT = 8080;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "resident memory of every process of the quick start";
  }

  @Override
  public String run(Path report, boolean quick) throws Exception {
    Path directory = Files.createTempDirectory("headgate-memory");
    try (DemoFleet demo =
        new DemoFleet(Installation.find(), directory, List.of("127.81.0.2", "127.81.0.3"), PORT)) {
      int requests = quick ? 1_000 : 20_000;
      Traffic traffic = Traffic.send(requests, demo.urls("/shop"));
      if (!traffic.all(200)) {
        throw new IllegalStateException("answers " + traffic.statuses());
      }
      List<ManagedProcess> processes = new ArrayList<>();
      processes.add(demo.fleet().etcd().process());
      demo.fleet().controlPlanes().forEach(each -> processes.add(each.process()));
      demo.fleet().proxies().forEach(each -> processes.add(each.process()));
      demo.fleet().backends().forEach(each -> processes.add(each.process()));
      StringBuilder text = new StringBuilder("# Memory of the quick start\n\n");
      text.append("After ")
          .append(requests)
          .append(" requests.\n\n| process | resident MiB |\n|---|---|\n");
      processes.forEach(each ->
          text.append(
              String.format("| %s | %d |%n", each.name(), CpuClock.resident(each.pid()) >> 20)));
      Files.createDirectories(report);
      Files.writeString(report.resolve("memory.md"), text);
      return text.toString();
    }
  }
}
