package io.headgate.deploy.quickstart;

import io.headgate.deploy.fleet.FleetSpec;
import io.headgate.deploy.fleet.LocalFleet;
import io.headgate.deploy.fleet.ProxyProcess;
import io.headgate.deploy.fleet.Template;
import io.headgate.deploy.fleet.TokenIssuer;
import io.headgate.deploy.process.Installation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fleet of the quick start with its manifests applied. */
public final class DemoFleet implements AutoCloseable {

  /** The audience that the token policy asks for. */
  static final String AUDIENCE = "account";

  private static final Pattern REVISION = Pattern.compile("(?i)revision\\D{0,4}(\\d+)");

  private final LocalFleet fleet;
  private final TokenIssuer issuer = new TokenIssuer("quickstart.headgate");
  private final Path manifests;
  private final int port;

  /**
   * Starts the fleet, applies the manifests and waits until every proxy serves them.
   *
   * @param addresses of the proxies
   * @param port that the gateway listens on at each of them
   */
  public DemoFleet(Installation installation, Path directory, List<String> addresses, int port) {
    this(installation, directory, FleetSpec.quickStart(addresses), port);
  }

  /** Does the same with another number of processes. */
  DemoFleet(Installation installation, Path directory, FleetSpec spec, int port) {
    this.port = port;
    this.fleet = new LocalFleet(installation, directory, spec);
    this.manifests = directory.resolve("manifests");
    try {
      Template.directory(
          installation.home().resolve("quickstart"),
          manifests,
          Map.of("port", Integer.toString(port), "jwks", issuer.jwks()));
      applyAndWait(manifests);
      fleet.proxies().forEach(ProxyProcess::awaitReady);
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /** {@code headgate apply} and then {@code headgate wait}, as its users do. */
  public final void applyAndWait(Path files) {
    await(fleet.commandLine().must("apply", "-f", files.toString()));
  }

  /** Waits until all proxies serve the revision that an apply printed. */
  final void await(String applied) {
    Matcher revision = REVISION.matcher(applied);
    String newest = null;
    while (revision.find()) {
      newest = revision.group(1);
    }
    if (newest == null) {
      throw new IllegalStateException("apply named no revision: " + applied);
    }
    fleet
        .commandLine()
        .must(
            "wait",
            "--revision",
            newest,
            "--timeout",
            "120s",
            "--proxies",
            Integer.toString(fleet.proxies().size()));
  }

  public LocalFleet fleet() {
    return fleet;
  }

  public TokenIssuer issuer() {
    return issuer;
  }

  /** The manifests as they were applied. */
  public Path manifests() {
    return manifests;
  }

  /** A URL at one proxy. */
  public String url(ProxyProcess proxy, String path) {
    return "http://" + proxy.address() + ":" + port + path;
  }

  /** The same path at every proxy. */
  public List<String> urls(String path) {
    return fleet.proxies().stream().map(proxy -> url(proxy, path)).toList();
  }

  @Override
  public void close() {
    fleet.close();
  }
}
