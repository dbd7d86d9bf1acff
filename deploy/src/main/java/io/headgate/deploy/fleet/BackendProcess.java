package io.headgate.deploy.fleet;

import io.headgate.deploy.process.Await;
import io.headgate.deploy.process.Installation;
import io.headgate.deploy.process.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One example backend. */
public final class BackendProcess implements AutoCloseable {

  private static final Duration START_BOUND = Duration.ofSeconds(20);
  private static final Pattern PORT = Pattern.compile(" serves on 127\\.0\\.0\\.1:(\\d+)");

  private final String service;
  private final String instance;
  private final ManagedProcess process;

  /** Starts a backend of a service in the namespace {@code default}; it is not awaited. */
  public BackendProcess(
      Installation installation,
      Path directory,
      String service,
      String instance,
      String etcd,
      double capacity) {
    this.service = service;
    this.instance = instance;
    this.process =
        ManagedProcess.start(
            instance,
            List.of(
                installation.program("headgate-example-backend"),
                "--service=" + service,
                "--instance=" + instance,
                "--etcd=" + etcd,
                "--capacity=" + capacity),
            Map.of(),
            directory);
  }

  /** Waits until the backend is registered, and returns its port. */
  public int awaitPort() {
    Matcher[] found = new Matcher[1];
    Await.until(
        START_BOUND,
        () -> instance + " did not register: " + process.output(),
        () -> {
          found[0] = PORT.matcher(process.output());
          return found[0].find();
        });
    return Integer.parseInt(found[0].group(1));
  }

  public String service() {
    return service;
  }

  public String instance() {
    return instance;
  }

  public ManagedProcess process() {
    return process;
  }

  /** Declares another capacity, in requests per second. */
  public void capacity(double perSecond) {
    String url = "http://127.0.0.1:" + awaitPort() + "/_capacity?rps=" + (long) perSecond;
    if (Http.send("PUT", url, "").map(answer -> answer.statusCode()).orElse(0) != 200) {
      throw new IllegalStateException(url + " was refused");
    }
  }

  @Override
  public void close() {
    process.stop();
  }
}
