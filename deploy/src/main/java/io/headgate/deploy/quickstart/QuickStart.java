package io.headgate.deploy.quickstart;

import io.headgate.deploy.fleet.ControlPlaneProcess;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code headgate-quickstart [--check] [--bind=127.0.0.2,127.0.0.3] [--port=8080]
 * [--directory=DIR]}: brings up a fleet and keeps it until Ctrl-C, or checks it and stops.
 */
public final class QuickStart {

  private static final int EXIT_USAGE = 2;

  private QuickStart() {}

  private static final class Options {
    boolean check;
    List<String> addresses = List.of("127.0.0.2", "127.0.0.3");
    int port = 8080;
    Path directory = Path.of("");
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Options options = options(arguments);
    long started = System.nanoTime();
    DemoFleet demo =
        new DemoFleet(Installation.find(), options.directory, options.addresses, options.port);
    System.out.printf("ready after %.1f s%n", (System.nanoTime() - started) / 1e9);
    if (options.check) {
      int failed = check(demo);
      demo.close();
      System.exit(failed == 0 ? 0 : 1);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "stop"));
    describe(demo);
    Thread.currentThread().join();
  }

  private static int check(DemoFleet demo) {
    int passed = 0;
    int failed = 0;
    for (Checks.Named each : new Checks(demo).all()) {
      try {
        System.out.println("ok    " + each.name() + ": " + each.check().run());
        passed++;
      } catch (Exception e) {
        System.out.println("FAIL  " + each.name() + ": " + e.getMessage());
        failed++;
      }
    }
    System.out.println(passed + " passed, " + failed + " failed");
    return failed;
  }

  private static void describe(DemoFleet demo) {
    ControlPlaneProcess first = demo.fleet().controlPlanes().getFirst();
    ProxyProcess proxy = demo.fleet().proxies().getFirst();
    System.out.println();
    demo.fleet()
        .controlPlanes()
        .forEach(each -> System.out.println("dashboard  " + each.api() + "/"));
    System.out.println("token      " + demo.fleet().token());
    demo.fleet()
        .proxies()
        .forEach(each ->
            System.out.println(
                "proxy      " + demo.url(each, "/shop") + "   admin " + each.admin()));
    System.out.println("etcd       " + demo.fleet().etcd().endpoint());
    System.out.println("manifests  " + demo.manifests());
    System.out.println("logs       " + demo.fleet().directory());
    System.out.println();
    System.out.println("  curl " + demo.url(proxy, "/shop"));
    System.out.println(
        "  curl -H 'x-tenant: acme' -H 'authorization: Bearer "
            + demo.issuer().token(DemoFleet.AUDIENCE, Duration.ofDays(1))
            + "' "
            + demo.url(proxy, "/account"));
    System.out.println(
        "  HEADGATE_SERVER="
            + first.api()
            + " HEADGATE_TOKEN="
            + demo.fleet().token()
            + " bin/headgate fleet");
    System.out.println("\nCtrl-C stops everything.");
  }

  private static Options options(String[] arguments) throws IOException {
    Options options = new Options();
    List<String> unknown = new ArrayList<>();
    for (String argument : arguments) {
      String value = argument.substring(argument.indexOf('=') + 1);
      if (argument.equals("--check")) {
        options.check = true;
      } else if (argument.startsWith("--bind=") && value.split(",", -1).length == 2) {
        options.addresses = List.of(value.split(",", -1));
      } else if (argument.matches("--port=[1-9]\\d{0,4}") && Integer.parseInt(value) < 65_536) {
        options.port = Integer.parseInt(value);
      } else if (argument.startsWith("--directory=") && !value.isBlank()) {
        options.directory = Path.of(value);
      } else {
        unknown.add(argument);
      }
    }
    if (!unknown.isEmpty()) {
      System.err.println(
          "can't use "
              + unknown
              + "; usage: [--check] [--bind=ADDRESS,ADDRESS] [--port=1..65535] [--directory=DIR]");
      System.exit(EXIT_USAGE);
    }
    if (options.directory.toString().isEmpty()) {
      options.directory = Files.createTempDirectory("headgate-quickstart");
    }
    return options;
  }
}
