package io.headgate.dataplane.app;

import io.headgate.fleet.codec.document.MessageReader;
import io.headgate.fleet.codec.document.ReadMessage;
import io.headgate.xds.codec.bootstrap.BootstrapDecoder;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.codec.message.EnvoyTypes;
import io.headgate.xds.codec.message.Violation;
import io.headgate.xds.model.bootstrap.Bootstrap;
import io.headgate.xds.model.bootstrap.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the bootstrap: text, then message, then value; each stage reports all that is wrong. */
final class BootstrapLoader {
  private static final Logger log = LoggerFactory.getLogger(BootstrapLoader.class);

  private BootstrapLoader() {}

  /** The bootstrap can not be used. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    RefusedException(List<String> problems) {
      super(String.join("; ", problems));
      this.problems = List.copyOf(problems);
    }

    List<String> problems() {
      return problems;
    }
  }

  static Bootstrap load(Options.Source source, Options.Identity identity) throws RefusedException {
    io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.Builder message =
        io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.newBuilder();
    List<String> problems = new ArrayList<>();
    ToIntFunction<String> lines = path -> 0;
    String file = "--config-yaml";
    if (source.path() != null) {
      file = source.path().toString();
      ReadMessage<io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap> read =
          read(file, text(source.path()), source.allowUnknownStaticFields(), problems);
      lines = read.lines();
      message.mergeFrom(read.message());
    }
    if (source.yaml() != null) {
      ReadMessage<io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap> read =
          read("--config-yaml", source.yaml(), source.allowUnknownStaticFields(), problems);
      if (source.path() == null) {
        lines = read.lines();
      } else {
        // The paths of a merged message are those of neither text.
        lines = path -> 0;
        file = file + " with --config-yaml";
      }
      message.mergeFrom(read.message());
    }
    if (!problems.isEmpty()) {
      throw new RefusedException(problems);
    }
    switch (BootstrapDecoder.decode(message.build(), source.allowUnknownStaticFields())) {
      case Decoded.Valid<Bootstrap>(Bootstrap value) -> {
        return named(value, identity);
      }
      case Decoded.Invalid<Bootstrap>(List<Violation> violations) -> {
        for (Violation violation : violations) {
          int line = lines.applyAsInt(violation.path());
          problems.add((line > 0 ? file + ":" + line : file) + ": " + violation);
        }
        throw new RefusedException(problems);
      }
    }
  }

  private static ReadMessage<io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap> read(
      String name, String text, boolean allowUnknown, List<String> problems) {
    ReadMessage<io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap> read =
        MessageReader.read(
            text,
            io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.getDefaultInstance(),
            MessageReader.Options.bootstrap(EnvoyTypes.REGISTRY::find, allowUnknown));
    for (io.headgate.fleet.Violation violation : read.violations()) {
      problems.add(name + ": " + violation);
    }
    for (io.headgate.fleet.Violation ignored : read.ignored()) {
      log.atWarn()
          .addKeyValue("field", ignored.path())
          .log("an unknown bootstrap field is ignored");
    }
    return read;
  }

  private static String text(Path path) throws RefusedException {
    try {
      return Files.readString(path, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new RefusedException(List.of(path + ": can not be read: " + e));
    }
  }

  private static Bootstrap named(Bootstrap bootstrap, Options.Identity identity)
      throws RefusedException {
    Node node = bootstrap.node();
    Node named =
        new Node(
            identity.node() == null ? node.id() : identity.node(),
            identity.cluster() == null ? node.cluster() : identity.cluster(),
            node.locality(),
            node.metadata());
    if (bootstrap.dynamicResources().ads() != null
        && (named.id().isEmpty() || named.cluster().isEmpty())) {
      throw new RefusedException(
          List.of(
              "node.id and node.cluster must be set for dynamic resources, in the bootstrap or by"
                  + " --service-node and --service-cluster"));
    }
    return new Bootstrap(
        named,
        bootstrap.resources(),
        bootstrap.dynamicResources(),
        bootstrap.admin(),
        bootstrap.reports(),
        bootstrap.process());
  }
}
