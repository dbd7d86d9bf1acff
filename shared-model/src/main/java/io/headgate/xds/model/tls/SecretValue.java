package io.headgate.xds.model.tls;

import java.util.List;

/** What a secret holds. */
public sealed interface SecretValue
    permits TlsCertificate, CertificateValidation, SessionTicketKeys {
  /** Where its bytes come from; those of the same value belong together. */
  List<DataSource> sources();

  /** The field of an xDS Secret that holds such a value. */
  String kind();
}
