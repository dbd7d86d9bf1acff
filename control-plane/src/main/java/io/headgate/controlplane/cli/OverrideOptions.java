package io.headgate.controlplane.cli;

import io.headgate.fleet.ObjectKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which host is meant, until when and why. */
final class OverrideOptions {
  @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
  String service = "";

  @Parameters(index = "1", paramLabel = "INSTANCE", description = "The host's instance name.")
  String instance = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "default unless given.")
  String namespace = ObjectKey.DEFAULT_NAMESPACE;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description =
          "Ends by itself after this time, such as 30m; stays until it is taken back when left"
              + " out.")
  @Nullable Duration timeToLive;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the audit log.")
  String reason = "";

  @Mixin ServerOptions server = new ServerOptions();

  ServiceHost host() {
    return new ServiceHost(namespace, service, instance);
  }
}
