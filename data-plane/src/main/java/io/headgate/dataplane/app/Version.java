package io.headgate.dataplane.app;

/** This build's version. */
final class Version {
  private Version() {}

  /** From the jar's manifest; {@code development} when the classes lie in a directory. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
