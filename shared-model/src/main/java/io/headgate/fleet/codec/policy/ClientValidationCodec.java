package io.headgate.fleet.codec.policy;

import io.headgate.fleet.ClientTls.AltName;
import io.headgate.fleet.ClientTls.NameMatch;
import io.headgate.fleet.ClientTls.NameType;
import io.headgate.fleet.ClientTls.Revoked;
import io.headgate.fleet.ClientTls.Validation;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.ClientCrl;
import io.headgate.proto.config.v1.ClientValidation;
import io.headgate.proto.config.v1.SecretObjectReference;
import io.headgate.proto.config.v1.SubjectAltNames;
import io.headgate.proto.config.v1.TlsNameMatch;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for the certificates of clients, between message and record. */
final class ClientValidationCodec {
  private static final int SHA_256_BYTES = 32;
  private static final Pattern HEX_HASH = Pattern.compile("[0-9a-f]{64}");

  private ClientValidationCodec() {}

  static Validation read(ClientValidation m, ObjectMeta meta, Scope tls) {
    Scope at = tls.field("clientValidation");
    List<String> certificates = new ArrayList<>();
    for (int i = 0; i < m.getCertificateHashesCount(); i++) {
      String hash = m.getCertificateHashes(i).replace(":", "").toLowerCase(Locale.ROOT);
      if (!HEX_HASH.matcher(hash).matches()) {
        at.item("certificateHashes", i)
            .wrong("is not a SHA-256", "write 64 hexadecimal digits, with or without colons");
      }
      certificates.add(hash);
    }
    for (int i = 0; i < m.getSpkiHashesCount(); i++) {
      if (!isSha256(m.getSpkiHashes(i))) {
        at.item("spkiHashes", i).wrong("is not a SHA-256", "write it in base64, 44 characters");
      }
    }
    List<ObjectKey> authorities =
        holders(m.getCaCertificateRefsList(), "caCertificateRefs", meta, at);
    List<AltName> names = names(m.getSubjectAltNames(), at.field("subjectAltNames"));
    if (authorities.isEmpty()) {
      if (certificates.isEmpty() && m.getSpkiHashesCount() == 0) {
        at.wrongField("caCertificateRefs", "is required", "name a ConfigMap or Secret with ca.crt");
      }
      if (!names.isEmpty()) {
        at.wrongField(
            "subjectAltNames",
            "is worth nothing without caCertificateRefs: anybody can write names into a"
                + " certificate of their own",
            "name a ConfigMap or Secret with ca.crt");
      }
      if (m.hasCrl()) {
        at.wrongField("crl", "needs caCertificateRefs", "name a ConfigMap or Secret with ca.crt");
      }
    }
    return new Validation(
        m.getOptional(),
        authorities,
        names,
        certificates,
        m.getSpkiHashesList(),
        m.hasCrl() ? revoked(m.getCrl(), meta, at.field("crl")) : null);
  }

  private static boolean isSha256(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length == SHA_256_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static @Nullable Revoked revoked(ClientCrl m, ObjectMeta meta, Scope at) {
    if (m.getRefsCount() == 0) {
      at.wrongField("refs", "is required", "name a ConfigMap or Secret with ca.crl");
    }
    return new Revoked(
        holders(m.getRefsList(), "refs", meta, at), m.getOnlyVerifyLeafCertificate());
  }

  private static List<ObjectKey> holders(
      List<SecretObjectReference> refs, String field, ObjectMeta meta, Scope at) {
    List<ObjectKey> keys = new ArrayList<>();
    for (int i = 0; i < refs.size(); i++) {
      SecretObjectReference ref = refs.get(i);
      keys.add(
          MetaCodec.reference(
              ref.getKind().equals(Kind.CONFIG_MAP.manifestName()) ? Kind.CONFIG_MAP : Kind.SECRET,
              ref.getGroup(),
              ref.getKind(),
              ref.getNamespace().isEmpty() ? meta.namespace() : ref.getNamespace(),
              ref.getName(),
              at.item(field, i)));
    }
    Rules.unique(keys.stream().map(ObjectKey::toString).toList(), i -> at.item(field, i));
    return keys;
  }

  private static List<AltName> names(SubjectAltNames m, Scope at) {
    List<AltName> names = new ArrayList<>();
    names(m.getDnsNamesList(), NameType.DNS, "dnsNames", at, names);
    names(m.getUrisList(), NameType.URI, "uris", at, names);
    names(m.getEmailAddressesList(), NameType.EMAIL, "emailAddresses", at, names);
    names(m.getIpAddressesList(), NameType.IP_ADDRESS, "ipAddresses", at, names);
    return names;
  }

  private static void names(
      List<TlsNameMatch> messages, NameType type, String field, Scope at, List<AltName> to) {
    for (int i = 0; i < messages.size(); i++) {
      Scope item = at.item(field, i);
      String value = messages.get(i).getValue();
      NameMatch match =
          Rules.word(item.field("type"), messages.get(i).getType(), NameMatch.values());
      if (match == NameMatch.REGULAR_EXPRESSION) {
        Rules.regex(item.field("value"), value);
      } else {
        Rules.required(item.field("value"), value);
      }
      to.add(new AltName(type, match == null ? NameMatch.EXACT : match, value));
    }
  }

  static ClientValidation write(Validation value) {
    ClientValidation.Builder out =
        ClientValidation.newBuilder()
            .addAllCertificateHashes(value.certificateHashes())
            .addAllSpkiHashes(value.spkiHashes());
    if (value.optional()) {
      out.setOptional(true);
    }
    value.authorities().forEach(key -> out.addCaCertificateRefs(ref(key)));
    for (AltName name : value.names()) {
      TlsNameMatch match =
          TlsNameMatch.newBuilder()
              .setType(Rules.camel(name.match()))
              .setValue(name.value())
              .build();
      SubjectAltNames.Builder to = out.getSubjectAltNamesBuilder();
      switch (name.type()) {
        case DNS -> to.addDnsNames(match);
        case URI -> to.addUris(match);
        case EMAIL -> to.addEmailAddresses(match);
        case IP_ADDRESS -> to.addIpAddresses(match);
      }
    }
    Write.ifSet(
        value.revoked(),
        revoked -> {
          ClientCrl.Builder to = out.getCrlBuilder();
          revoked.lists().forEach(key -> to.addRefs(ref(key)));
          if (revoked.leafOnly()) {
            to.setOnlyVerifyLeafCertificate(true);
          }
        });
    return out.build();
  }

  private static SecretObjectReference ref(ObjectKey holder) {
    SecretObjectReference.Builder out =
        SecretObjectReference.newBuilder().setNamespace(holder.namespace()).setName(holder.name());
    if (holder.kind() != Kind.SECRET) {
      out.setKind(holder.kind().manifestName());
    }
    return out.build();
  }
}
