package io.headgate.controlplane.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one process, checked.
 *
 * @param process what concerns the process itself
 * @param etcd how etcd is reached
 * @param xds where proxies connect
 * @param internal where other replicas connect
 * @param api where people connect
 */
record Settings(ProcessSettings process, Etcd etcd, Xds xds, Internal internal, Api api) {

  /** Of the process itself; {@code replicaId} is empty when it is to be made up. */
  record ProcessSettings(
      String replicaId,
      Path dataDirectory,
      Optional<Path> portFile,
      String logLevel,
      Duration drainTime) {}

  /** Address and port to bind; port 0 takes a free one. */
  record Bind(String address, int port) {}

  /** A certificate with its key, and the authorities that the other side's must come from. */
  record Tls(Path certificate, Path key, Optional<Path> authorities) {}

  record Etcd(
      List<String> endpoints,
      String prefix,
      Optional<Login> login,
      Optional<Path> authorities,
      Optional<Tls> client) {}

  record Login(String user, Path passwordFile) {}

  record Xds(Bind bind, Optional<Tls> tls, int maxStreams, int newStreamsPerSecond) {}

  record Internal(Bind bind, Optional<String> advertise, Optional<Tls> tls) {}

  record Api(Bind bind, Path tokens, Optional<Tls> tls) {}

  /** What was read: settings, or every problem. */
  sealed interface Result {
    record Good(Settings settings) implements Result {}

    record Bad(List<String> problems) implements Result {
      public Bad {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Reads settings from a file (if any), the environment and flags (key → value). */
  static Result read(
      Optional<Path> file, Map<String, String> environment, List<Map.Entry<String, String>> flags) {
    SettingReader reader = new SettingReader();
    file.ifPresent(reader::file);
    reader.environment(environment);
    flags.forEach(flag -> reader.flag(flag.getKey(), flag.getValue()));
    Values values = new Values(reader.values(), new ArrayList<>(reader.problems()));
    Settings settings = values.settings();
    return values.problems.isEmpty() ? new Result.Good(settings) : new Result.Bad(values.problems);
  }

  /** Turns texts into a record and finds what does not fit together. */
  private record Values(Map<String, String> texts, List<String> problems) {
    Settings settings() {
      ProcessSettings process =
          new ProcessSettings(
              text("replica.id"),
              Path.of(text("data-dir")),
              path("port-file"),
              text("log.level"),
              Setting.duration(text("drain-time")));
      Etcd etcd =
          new Etcd(
              Arrays.stream(text("etcd.endpoints").split(",", -1)).map(String::strip).toList(),
              text("etcd.prefix"),
              login(),
              path("etcd.tls.ca-file"),
              tls("etcd.tls", "ca-file"));
      Xds xds =
          new Xds(
              bind("xds"),
              tls("xds.tls", "client-ca-file"),
              number("xds.max-streams"),
              number("xds.new-streams-per-second"));
      Internal internal =
          new Internal(
              bind("internal"), present("internal.advertise"), tls("internal.tls", "ca-file"));
      if (internal.tls().isPresent() && internal.tls().get().authorities().isEmpty()) {
        problems.add("internal.tls.ca-file: required with internal.tls.cert-file");
      }
      if (internal.advertise().isEmpty() && isWildcard(internal.bind().address())) {
        problems.add(
            "internal.advertise: required when internal.address is \""
                + internal.bind().address()
                + "\", which other replicas can't connect to");
      }
      if (path("api.tokens-file").isEmpty()) {
        problems.add(
            "api.tokens-file: required: a file of principals with hashed tokens;"
                + " `headgate-control-plane hash-token` makes its lines");
      }
      Api api = new Api(bind("api"), Path.of(text("api.tokens-file")), tls("api.tls", ""));
      return new Settings(process, etcd, xds, internal, api);
    }

    private static boolean isWildcard(String address) {
      return address.equals("0.0.0.0") || address.equals("::");
    }

    private String text(String key) {
      return texts.getOrDefault(key, "");
    }

    private Optional<String> present(String key) {
      return Optional.of(text(key)).filter(value -> !value.isEmpty());
    }

    private Optional<Path> path(String key) {
      return present(key).map(Path::of);
    }

    private int number(String key) {
      return Integer.parseInt(text(key));
    }

    private Bind bind(String section) {
      return new Bind(text(section + ".address"), number(section + ".port"));
    }

    private Optional<Login> login() {
      if (text("etcd.user").isEmpty() != text("etcd.password-file").isEmpty()) {
        problems.add("etcd.user and etcd.password-file: set both or none");
      }
      return present("etcd.user")
          .flatMap(user -> path("etcd.password-file").map(file -> new Login(user, file)));
    }

    private Optional<Tls> tls(String section, String authorities) {
      Optional<Path> certificate = path(section + ".cert-file");
      Optional<Path> key = path(section + ".key-file");
      if (certificate.isPresent() != key.isPresent()) {
        problems.add(section + ".cert-file and " + section + ".key-file: set both or none");
      }
      Optional<Path> trusted =
          authorities.isEmpty() ? Optional.empty() : path(section + "." + authorities);
      if (certificate.isEmpty() && trusted.isPresent() && !section.equals("etcd.tls")) {
        problems.add(
            section
                + "."
                + authorities
                + ": only with "
                + section
                + ".cert-file, which turns TLS on");
      }
      return certificate.flatMap(file -> key.map(keyFile -> new Tls(file, keyFile, trusted)));
    }
  }
}
