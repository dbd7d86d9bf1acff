package io.headgate.controlplane.app;

import io.headgate.controlplane.store.EtcdConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Optional;

/** The connection to etcd as the settings say. */
final class EtcdSettings {
  private EtcdSettings() {}

  static EtcdConfig of(Settings.Etcd from) throws StartException {
    Optional<EtcdConfig.Login> login = Optional.empty();
    if (from.login().isPresent()) {
      Settings.Login given = from.login().get();
      try {
        login =
            Optional.of(
                new EtcdConfig.Login(given.user(), Files.readString(given.passwordFile()).strip()));
      } catch (IOException e) {
        throw new StartException(
            ExitCode.BAD_CONFIG, "etcd.password-file: can't be read: " + e.getMessage(), e);
      }
    }
    Optional<EtcdConfig.Tls> tls =
        from.authorities()
            .map(authorities ->
                new EtcdConfig.Tls(
                    authorities,
                    from.client().map(Settings.Tls::certificate),
                    from.client().map(Settings.Tls::key),
                    Optional.empty()));
    return new EtcdConfig(
        from.endpoints().stream().map(URI::create).toList(),
        from.prefix(),
        tls,
        login,
        EtcdConfig.DEFAULT_REQUEST_TIMEOUT);
  }
}
