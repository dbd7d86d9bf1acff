package io.headgate.controlplane.app;

import io.headgate.controlplane.app.Setting.Kind;
import java.util.List;
import java.util.Optional;

/** Every setting that there is; the reference in docs is tested against it. */
final class SettingTable {
  static final List<Setting> ALL =
      List.of(
          new Setting(
              "replica.id",
              Kind.NAME,
              "",
              "Name of this replica, unique among replicas. Default: the host's name and a random"
                  + " part, kept in the data directory."),
          new Setting(
              "data-dir",
              Kind.PATH,
              "data/control-plane",
              "Directory for the disk copy of the last image; made when missing, one process"
                  + " each."),
          new Setting(
              "port-file",
              Kind.PATH,
              "",
              "File that the bound ports are written to, as lines xds=, internal=, api=, once all"
                  + " are bound."),
          new Setting("log.level", Kind.LEVEL, "info", "Least severe log lines that are written."),
          new Setting(
              "drain-time",
              Kind.DURATION,
              "2s",
              "After SIGTERM, the time that open streams have to end."),
          new Setting(
              "etcd.endpoints",
              Kind.URLS,
              "http://127.0.0.1:2379",
              "Addresses of the etcd cluster's members."),
          new Setting(
              "etcd.prefix", Kind.KEY_PREFIX, "/headgate/v1", "Prefix of every key of this fleet."),
          new Setting("etcd.user", Kind.TEXT, "", "etcd user; none when absent."),
          new Setting("etcd.password-file", Kind.PATH, "", "File with the password of etcd.user."),
          new Setting(
              "etcd.tls.ca-file",
              Kind.PATH,
              "",
              "PEM of the authorities that etcd's certificate must come from."),
          new Setting(
              "etcd.tls.cert-file", Kind.PATH, "", "PEM of this replica's certificate for etcd."),
          new Setting("etcd.tls.key-file", Kind.PATH, "", "PEM (PKCS#8) of its key."),
          new Setting("xds.address", Kind.HOST, "127.0.0.1", "Address that proxies connect to."),
          new Setting("xds.port", Kind.PORT, "18000", "Port that proxies connect to."),
          new Setting(
              "xds.tls.cert-file",
              Kind.PATH,
              "",
              "PEM of the server's certificate chain; turns TLS on."),
          new Setting("xds.tls.key-file", Kind.PATH, "", "PEM (PKCS#8) of its key."),
          new Setting(
              "xds.tls.client-ca-file",
              Kind.PATH,
              "",
              "PEM of the authorities for client certificates; when set, every proxy must have"
                  + " one."),
          new Setting(
              "xds.max-streams",
              Kind.COUNT,
              "10000",
              "Discovery streams beyond this many are refused with RESOURCE_EXHAUSTED."),
          new Setting(
              "xds.new-streams-per-second",
              Kind.COUNT,
              "50",
              "New discovery streams a second beyond this rate are refused with RESOURCE_EXHAUSTED;"
                  + " 0 for no limit."),
          new Setting(
              "internal.address",
              Kind.HOST,
              "127.0.0.1",
              "Address that other replicas connect to."),
          new Setting("internal.port", Kind.PORT, "18001", "Port that other replicas connect to."),
          new Setting(
              "internal.advertise",
              Kind.HOST_PORT,
              "",
              "What is published to other replicas instead of the bound address."),
          new Setting(
              "internal.tls.cert-file",
              Kind.PATH,
              "",
              "PEM of the certificate that this replica shows to others, as server and as client;"
                  + " turns mutual TLS on."),
          new Setting("internal.tls.key-file", Kind.PATH, "", "PEM (PKCS#8) of its key."),
          new Setting(
              "internal.tls.ca-file",
              Kind.PATH,
              "",
              "PEM of the authorities that other replicas' certificates must come from."),
          new Setting(
              "api.address", Kind.HOST, "127.0.0.1", "Address of the REST API and the dashboard."),
          new Setting("api.port", Kind.PORT, "18080", "Port of the REST API and the dashboard."),
          new Setting(
              "api.tokens-file", Kind.PATH, "", "File of principals with hashed tokens. Required."),
          new Setting(
              "api.tls.cert-file",
              Kind.PATH,
              "",
              "PEM of the API's certificate chain; turns TLS on."),
          new Setting("api.tls.key-file", Kind.PATH, "", "PEM (PKCS#8) of its key."));

  private SettingTable() {}

  static Optional<Setting> find(String key) {
    return ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
  }

  /** The key that is most like a wrong one, when any is. */
  static Optional<String> nearest(String wrong) {
    String best = "";
    int distance = Math.max(2, wrong.length() / 3) + 1;
    for (Setting setting : ALL) {
      int candidate = distance(wrong, setting.key());
      if (candidate < distance) {
        distance = candidate;
        best = setting.key();
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
