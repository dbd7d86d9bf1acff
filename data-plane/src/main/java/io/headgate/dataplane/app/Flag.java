package io.headgate.dataplane.app;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The flags that the proxy takes. Each has an environment variable, which a flag overrides. */
enum Flag {
  CONFIG_PATH("--config-path", "-c", "FILE", "the bootstrap: an Envoy bootstrap in YAML or JSON"),
  CONFIG_YAML(
      "--config-yaml", "", "TEXT", "a bootstrap as text; merged over that of --config-path"),
  MODE("--mode", "", "serve|validate", "serve traffic, or check the bootstrap and end"),
  SERVICE_NODE("--service-node", "", "ID", "replaces node.id of the bootstrap"),
  SERVICE_CLUSTER("--service-cluster", "", "NAME", "replaces node.cluster of the bootstrap"),
  CONCURRENCY("--concurrency", "", "1..1024", "event loops; by default one for each processor"),
  LOG_LEVEL(
      "--log-level",
      "-l",
      "trace|debug|info|warning|error|critical|off",
      "how much is logged; info by default"),
  DRAIN_TIME("--drain-time-s", "", "0..86400", "seconds that a drain may take; 600 by default"),
  ADMIN_ADDRESS_PATH(
      "--admin-address-path", "", "FILE", "where the address of the admin interface is written"),
  ALLOW_UNKNOWN_STATIC_FIELDS(
      "--allow-unknown-static-fields", "", "", "take bootstrap fields that no proto knows"),
  IGNORE_UNKNOWN_DYNAMIC_FIELDS(
      "--ignore-unknown-dynamic-fields", "", "", "take fields of resources that no proto knows"),
  BIND_ADDRESS("--bind-address", "", "IP", "what listeners bind to in the place of 0.0.0.0 and ::"),
  LAST_KNOWN_GOOD(
      "--last-known-good", "", "DIRECTORY", "where accepted config is kept; not kept by default"),
  LAST_KNOWN_GOOD_KEY(
      "--last-known-good-key", "", "FILE", "encrypts what is kept: 32 bytes in base64"),
  HANDOVER_PATH(
      "--handover-path",
      "",
      "FILE",
      "the Unix socket at which one process hands its listening sockets to the next"),
  SYSTEM_AUTHORITIES(
      "--system-authorities",
      "",
      "FILE",
      "the authorities that this machine trusts; by default those of its system"),
  VERSION("--version", "", "", "print the version and end"),
  HELP("--help", "-h", "", "print this and end");

  static final String ENVIRONMENT_PREFIX = "HEADGATE_PROXY_";

  private final String longName;
  private final String shortName;
  private final String value;
  private final String meaning;

  Flag(String longName, String shortName, String value, String meaning) {
    this.longName = longName;
    this.shortName = shortName;
    this.value = value;
    this.meaning = meaning;
  }

  static Optional<Flag> named(String name) {
    return Arrays.stream(values())
        .filter(flag -> flag.longName.equals(name) || flag.shortName.equals(name))
        .filter(flag -> !name.isEmpty())
        .findFirst();
  }

  static Optional<Flag> ofEnvironment(String variable) {
    return Arrays.stream(values())
        .filter(flag -> flag != VERSION && flag != HELP)
        .filter(flag -> flag.environmentVariable().equals(variable))
        .findFirst();
  }

  String longName() {
    return longName;
  }

  String shortName() {
    return shortName;
  }

  /** What it takes, for people; empty for a switch. */
  String value() {
    return value;
  }

  String meaning() {
    return meaning;
  }

  boolean isSwitch() {
    return value.isEmpty();
  }

  String environmentVariable() {
    return ENVIRONMENT_PREFIX + longName.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
