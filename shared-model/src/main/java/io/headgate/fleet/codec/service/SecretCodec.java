package io.headgate.fleet.codec.service;

import com.google.protobuf.ByteString;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Secrets between message and record. No message of a violation holds a byte of one. */
public final class SecretCodec {
  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN ((RSA |EC )?PRIVATE KEY)-----[A-Za-z0-9+/=\\s]+-----END \\1-----");
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_TICKET_KEYS = 16;

  private SecretCodec() {}

  public static Secret read(
      io.headgate.proto.config.v1.Secret message, ObjectMeta meta, Scope root) {
    Map<String, SecretBytes> data = new HashMap<>();
    message.getDataMap().forEach((k, v) -> put(data, k, v, root.entry("data", k)));
    message
        .getStringDataMap()
        .forEach((k, v) -> put(data, k, ByteString.copyFromUtf8(v), root.entry("stringData", k)));
    if (data.isEmpty()) {
      root.wrongField("data", "is required", "give data or stringData");
    } else if (data.values().stream().mapToLong(SecretBytes::size).sum() > MAX_BYTES) {
      root.wrongField("data", "is longer than 1 MiB in all", "");
    }
    Secret.Type type = type(message.getType(), root.field("type"));
    if (type == Secret.Type.TLS && !data.isEmpty()) {
      certificate(data, place(message, Secret.TLS_CERTIFICATE, root));
      privateKey(data, place(message, Secret.TLS_KEY, root));
    }
    ticketKeys(data, place(message, Secret.TICKET_KEYS, root));
    return new Secret(meta, type, data);
  }

  private static Secret.Type type(String name, Scope at) {
    if (name.isEmpty()) {
      return Secret.Type.OPAQUE;
    }
    return Rules.choice(at, name, Secret.Type.values(), Secret.Type::manifestName, "");
  }

  private static Scope place(io.headgate.proto.config.v1.Secret message, String entry, Scope root) {
    return root.entry(message.containsStringData(entry) ? "stringData" : "data", entry);
  }

  private static void put(Map<String, SecretBytes> data, String key, ByteString value, Scope at) {
    Rules.dataKey(at, key);
    data.put(key, SecretBytes.of(value.toByteArray()));
  }

  private static void ticketKeys(Map<String, SecretBytes> data, Scope at) {
    SecretBytes keys = data.get(Secret.TICKET_KEYS);
    if (keys != null
        && (keys.size() == 0
            || keys.size() % Secret.TICKET_KEY_BYTES != 0
            || keys.size() > MAX_TICKET_KEYS * Secret.TICKET_KEY_BYTES)) {
      at.wrong(
          "holds %d bytes and not 1 to %d keys".formatted(keys.size(), MAX_TICKET_KEYS),
          "give keys of %d random bytes one after another".formatted(Secret.TICKET_KEY_BYTES));
    }
  }

  private static void certificate(Map<String, SecretBytes> data, Scope at) {
    SecretBytes chain = data.get(Secret.TLS_CERTIFICATE);
    if (chain == null) {
      at.wrong("is required with type kubernetes.io/tls", "give the certificate chain in PEM");
      return;
    }
    try {
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(chain.reveal()));
      if (certificates.isEmpty()) {
        at.wrong("holds no certificate", "give the certificate chain in PEM");
      }
    } catch (CertificateException e) {
      at.wrong("is not a certificate chain", "give it in PEM");
    }
  }

  private static void privateKey(Map<String, SecretBytes> data, Scope at) {
    SecretBytes key = data.get(Secret.TLS_KEY);
    if (key == null) {
      at.wrong("is required with type kubernetes.io/tls", "give the private key in PEM");
    } else if (!PRIVATE_KEY.matcher(new String(key.reveal(), StandardCharsets.ISO_8859_1)).find()) {
      at.wrong("is not a private key", "give it in PEM, without a passphrase");
    }
  }

  public static io.headgate.proto.config.v1.Secret write(Secret value, boolean reveal) {
    var out = io.headgate.proto.config.v1.Secret.newBuilder().setType(value.type().manifestName());
    new TreeMap<>(value.data())
        .forEach((key, bytes) -> {
          if (reveal) {
            out.putData(key, ByteString.copyFrom(bytes.reveal()));
          } else {
            out.putStringData(key, "redacted");
          }
        });
    return out.build();
  }
}
