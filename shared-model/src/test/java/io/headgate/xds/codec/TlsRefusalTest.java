package io.headgate.xds.codec;

import static io.headgate.xds.codec.Envoys.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.TypeUrls;
import io.headgate.xds.codec.message.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each option of TLS that is wrong or not there is refused with field, value and fix. */
class TlsRefusalTest {
  private static final String DOWNSTREAM = "filter_chains[0].transport_socket.typed_config";
  private static final String UPSTREAM = "transport_socket.typed_config";
  private static final String FILE = "filename: \"/etc/x\"";
  private static final String CERTIFICATE =
      "certificate_chain { " + FILE + " } private_key { " + FILE + " }";

  private static <B extends Message.Builder> B read(String text, B into) {
    try {
      TextFormat.merge(text.replace("CERT", CERTIFICATE).replace("FILE", FILE), into);
      return into;
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static TransportSocket socket(Message tls) {
    return TransportSocket.newBuilder().setName("tls").setTypedConfig(Any.pack(tls)).build();
  }

  private static List<Violation> downstream(String text) {
    Listener.Builder listener = Envoys.listener(Envoys.manager().build());
    listener
        .getFilterChainsBuilder(0)
        .setTransportSocket(socket(read(text, DownstreamTlsContext.newBuilder()).build()));
    return violations(ResourceDecoder.listener(listener.build(), DecodeOptions.STRICT));
  }

  private static List<Violation> upstream(String text) {
    Cluster.Builder cluster =
        Envoys.cluster("backend")
            .setTransportSocket(socket(read(text, UpstreamTlsContext.newBuilder()).build()));
    return violations(ResourceDecoder.cluster(cluster.build(), DecodeOptions.STRICT));
  }

  private static List<Violation> common(String text) {
    return downstream("common_tls_context { tls_certificates { CERT } " + text + " }");
  }

  private static void refused(List<Violation> found, String path, String wrong, String fix) {
    assertThat(found)
        .singleElement()
        .satisfies(v -> {
          assertThat(v.path()).isEqualTo(path);
          assertThat(v.reason() + " " + v.value()).contains(wrong);
          assertThat(v.fix()).isNotEmpty().contains(fix);
        });
  }

  @Test
  void allThatIsThereIsTaken() {
    assertThat(
            downstream(
                """
                common_tls_context {
                  tls_params {
                    tls_minimum_protocol_version: TLSv1_2 tls_maximum_protocol_version: TLSv1_3
                    cipher_suites: "ECDHE-ECDSA-AES128-GCM-SHA256" ecdh_curves: "X25519"
                  }
                  tls_certificates { CERT password { FILE } ocsp_staple { FILE } watched_directory { path: "/etc" } }
                  tls_certificate_sds_secret_configs { name: "a" }
                  combined_validation_context {
                    default_validation_context {
                      trusted_ca { FILE } crl { FILE } only_verify_leaf_cert_crl: true
                      max_verify_depth { value: 3 } allow_expired_certificate: true
                      trust_chain_verification: ACCEPT_UNTRUSTED
                      match_typed_subject_alt_names { san_type: URI matcher { prefix: "spiffe://" } }
                    }
                    validation_context_sds_secret_config { name: "ca" sds_config { ads {} resource_api_version: V3 } }
                  }
                  alpn_protocols: "h2"
                }
                require_client_certificate { value: true } require_sni { value: true }
                session_ticket_keys_sds_secret_config { name: "k" sds_config { path_config_source { path: "/k" } } }
                disable_stateful_session_resumption: true session_timeout { seconds: 60 }
                ocsp_staple_policy: MUST_STAPLE full_scan_certs_on_sni_mismatch { value: true }
                prefer_client_ciphers: true
                """))
        .isEmpty();
    assertThat(
            upstream(
                """
                common_tls_context {
                  tls_certificates { CERT }
                  validation_context { trusted_ca { FILE } }
                }
                sni: "a.test" auto_host_sni: true auto_sni_san_validation: true
                max_session_keys { value: 9 } enforce_rsa_key_usage { value: true }
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "prefer_client_ciphers: true | common_tls_context | is required | set it",
        "common_tls_context {} | common_tls_context | no certificate | tls_certificates",
        "common_tls_context { tls_certificates { CERT } } require_client_certificate { value: true"
            + " } | require_client_certificate | true | trusted_ca",
        "common_tls_context { tls_certificates { CERT } } session_timeout { nanos: 500000000 }"
            + " | session_timeout | PT0.5S | 0s",
        "common_tls_context { tls_certificates { CERT } } session_timeout { seconds: 4000000000 }"
            + " | session_timeout | PT | 2147483647s",
        "common_tls_context { tls_certificates { CERT } } session_ticket_keys { keys {"
            + " inline_string: 'short' } } | session_ticket_keys.keys | 5 bytes | 80 random bytes",
        "common_tls_context { tls_certificates { CERT } } session_ticket_keys { keys {"
            + " environment_variable: 'K' } } | session_ticket_keys.keys[0].environment_variable |"
            + " environment_variable | remove it",
        "common_tls_context { tls_certificates { CERT } } session_ticket_keys_sds_secret_config {"
            + " name: 'k' sds_config { self {} } } |"
            + " session_ticket_keys_sds_secret_config.sds_config.self | secrets | ads,"
            + " api_config_source or path_config_source",
      })
  void ofAListener(String text, String path, String wrong, String fix) {
    refused(downstream(text.replace('\'', '"')), DOWNSTREAM + "." + path, wrong, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "tls_params { tls_minimum_protocol_version: TLSv1_0 } |"
            + " tls_params.tls_minimum_protocol_version | TLSv1_0 | TLSv1_2",
        "tls_params { tls_minimum_protocol_version: TLSv1_1 } |"
            + " tls_params.tls_minimum_protocol_version | TLSv1_1 | TLSv1_2",
        "tls_params { tls_maximum_protocol_version: TLSv1_1 } |"
            + " tls_params.tls_maximum_protocol_version | TLSv1_1 | TLSv1_2",
        "tls_params { tls_minimum_protocol_version: TLSv1_3 tls_maximum_protocol_version: TLSv1_2 }"
            + " | tls_params.tls_minimum_protocol_version | TLSv1_3 | TLSv1_2",
        "tls_params { ecdh_curves: 'P-224' } | tls_params.ecdh_curves | P-224 | X25519",
        "tls_params { signature_algorithms: 'rsa_pkcs1_sha1' } | tls_params.signature_algorithms |"
            + " rsa_pkcs1_sha1 | remove it",
        "tls_params { compliance_policies: FIPS_202205 } | tls_params.compliance_policies |"
            + " FIPS_202205 | remove it",
        "tls_certificate_provider_instance { instance_name: 'x' } |"
            + " tls_certificate_provider_instance | not implemented | remove it",
        "tls_certificate_certificate_provider_instance { instance_name: 'x' } |"
            + " tls_certificate_certificate_provider_instance | not implemented | remove it",
        "validation_context_certificate_provider_instance { instance_name: 'x' } |"
            + " validation_context_certificate_provider_instance | not implemented | remove it",
        "key_log { path: '/tmp/k' } | key_log | not implemented | remove it",
        "tls_certificate_sds_secret_configs { sds_config { ads {} resource_api_version: V3 } } |"
            + " tls_certificate_sds_secret_configs[0].name | must not be empty | at least 1",
        "tls_certificate_sds_secret_configs { name: 'a' sds_config { self {} } } |"
            + " tls_certificate_sds_secret_configs[0].sds_config.self | secrets | ads,"
            + " api_config_source or path_config_source",
        "tls_certificates { certificate_chain { FILE } } | tls_certificates[1].private_key | is"
            + " required | set it",
        "tls_certificates { private_key { FILE } } | tls_certificates[1].certificate_chain | is"
            + " required | set it",
        "tls_certificates { CERT pkcs12 { FILE } } | tls_certificates[1].pkcs12 | not implemented |"
            + " remove it",
        "tls_certificates { CERT private_key_provider { provider_name: 'p' } } |"
            + " tls_certificates[1].private_key_provider | not implemented | remove it",
        "tls_certificates { CERT signed_certificate_timestamp { FILE } } |"
            + " tls_certificates[1].signed_certificate_timestamp | not implemented | remove it",
        "tls_certificates { certificate_chain { environment_variable: 'C' } private_key { FILE } }"
            + " | tls_certificates[1].certificate_chain.environment_variable | not implemented |"
            + " remove it",
      })
  void ofBothSides(String text, String path, String wrong, String fix) {
    refused(
        common(text.replace('\'', '"')), DOWNSTREAM + ".common_tls_context." + path, wrong, fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "verify_certificate_hash: 'Z64' | verify_certificate_hash | zz | 64 hex",
        "verify_certificate_spki: 'Z44' | verify_certificate_spki | zz | base64",
        "match_subject_alt_names { exact: 'a' } | match_subject_alt_names | not implemented |"
            + " remove it",
        "match_typed_subject_alt_names { san_type: OTHER_NAME matcher { exact: 'a' } } |"
            + " match_typed_subject_alt_names[0].san_type | OTHER_NAME | DNS",
        "match_typed_subject_alt_names { san_type: DNS matcher { safe_regex { regex: '(' } } } |"
            + " match_typed_subject_alt_names[0].matcher.safe_regex.regex | ( | RE2",
        "require_signed_certificate_timestamp { value: true } |"
            + " require_signed_certificate_timestamp | true | false",
        "ca_certificate_provider_instance { instance_name: 'x' } | ca_certificate_provider_instance"
            + " | not implemented | remove it",
        "system_root_certs {} | system_root_certs | not implemented | remove it",
        "custom_validator_config { name: 'spiffe' typed_config { type_url: 'x/spiffe' } } |"
            + " custom_validator_config | not implemented | remove it",
        "crl { environment_variable: 'C' } | crl.environment_variable | not implemented | remove"
            + " it",
        "trusted_ca { environment_variable: 'C' } | trusted_ca.environment_variable | not"
            + " implemented | remove it",
        "max_verify_depth { value: 101 } | max_verify_depth | 101 | 100",
      })
  void ofTheRulesForThePeer(String text, String path, String wrong, String fix) {
    refused(
        common(
            "validation_context { "
                + text.replace('\'', '"')
                    .replace("Z64", "z".repeat(64))
                    .replace("Z44", "z".repeat(44))
                + " }"),
        DOWNSTREAM + ".common_tls_context.validation_context." + path,
        wrong,
        fix);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "allow_renegotiation: true | allow_renegotiation | true | remove it",
        "auto_sni_san_validation: true | auto_sni_san_validation | true | trusted_ca",
        "common_tls_context { tls_certificates { CERT } tls_certificates { CERT } } |"
            + " common_tls_context | 2 certificates | one",
        "max_session_keys { value: 4294967295 } | max_session_keys | 4294967295 | 2147483647",
        "common_tls_context { tls_params { signature_algorithms: 'a' } } |"
            + " common_tls_context.tls_params.signature_algorithms | a | remove it",
        "common_tls_context { combined_validation_context { default_validation_context {} } } |"
            + " common_tls_context.combined_validation_context.validation_context_sds_secret_config"
            + " | required | set it",
      })
  void ofACluster(String text, String path, String wrong, String fix) {
    refused(upstream(text.replace('\'', '"')), UPSTREAM + "." + path, wrong, fix);
  }

  @Test
  void aServerNameThatIsTooLong() {
    refused(upstream("sni: \"" + "a".repeat(256) + "\""), UPSTREAM + ".sni", "aaa", "255");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "name: 'a' | tls_certificate | is required | set it",
        "tls_certificate { CERT } | name | is required | set it",
        "name: 'a' generic_secret { secret { FILE } } | generic_secret | not implemented | remove"
            + " it",
        "name: 'a' session_ticket_keys {} | session_ticket_keys.keys | 0 items | at least 1",
        "name: 'a' tls_certificate { certificate_chain { FILE } } | tls_certificate.private_key |"
            + " is required | set it",
      })
  void ofASecret(String text, String path, String wrong, String fix) {
    refused(
        violations(
            ResourceDecoder.decode(
                TypeUrls.SECRET,
                read(text.replace('\'', '"'), Secret.newBuilder()).build().toByteString(),
                DecodeOptions.STRICT)),
        path,
        wrong,
        fix);
  }

  @Test
  void whatASecretHoldsIsNeverTold() {
    List<Violation> found =
        common(
            "tls_certificates { certificate_chain { FILE } private_key { inline_string: \"hush\" }"
                + " pkcs12 { inline_string: \"hush\" } password { environment_variable: \"hush\" }"
                + " }");
    assertThat(found).isNotEmpty();
    assertThat(found.toString()).doesNotContain("hush");
  }
}
