package io.headgate.fleet.codec.policy;

import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.BackendTlsPolicy.AltName;
import io.headgate.fleet.BackendTlsPolicy.Ref;
import io.headgate.fleet.BackendTlsPolicy.Trust;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.codec.rule.ApiVersions;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.BackendAltName;
import io.headgate.proto.config.v1.BackendTLSPolicy;
import io.headgate.proto.config.v1.BackendTLSPolicySpec;
import io.headgate.proto.config.v1.BackendTLSPolicyValidation;
import io.headgate.proto.config.v1.LocalObjectReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Policies for TLS to backends between message and record. Spec: Gateway API v1.4,
 * BackendTLSPolicySpec.
 *
 * <p>A reference to authorities of a kind that holds none is kept: what it means is that no backend
 * is trusted.
 */
public final class BackendTlsPolicyCodec {
  /** The option that names the certificate which is shown to backends. */
  private static final String CLIENT_CERTIFICATE = "gateway.headgate.io/client-certificate";

  private static final String SYSTEM = "System";
  private static final int MAX_REFS = 8;
  private static final int MAX_NAMES = 5;
  // RFC 3986 section 3: a scheme and something behind it.
  private static final Pattern ABSOLUTE_URI =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[\\x21-\\x7e]+");

  private BackendTlsPolicyCodec() {}

  public static BackendTlsPolicy read(BackendTLSPolicy message, ObjectMeta meta, Scope root) {
    BackendTLSPolicySpec spec = message.getSpec();
    BackendTLSPolicyValidation validation = spec.getValidation();
    Scope at = root.field("spec");
    Scope here = at.field("validation");
    String hostname = validation.getHostname();
    if (Rules.required(here.field("hostname"), hostname)) {
      hostname = Rules.hostname(here.field("hostname"), hostname, false);
    }
    return new BackendTlsPolicy(
        meta,
        PolicyCodec.read(spec.getTargetRefsList(), List.of(Kind.SERVICE), meta, at),
        trust(validation, here),
        hostname,
        names(validation.getSubjectAltNamesList(), here),
        certificate(spec.getOptionsMap(), meta, at));
  }

  private static @Nullable ObjectKey certificate(
      Map<String, String> options, ObjectMeta meta, Scope at) {
    for (String option : options.keySet()) {
      if (!option.equals(CLIENT_CERTIFICATE)) {
        at.entry("options", option).wrong("is not known", "use " + CLIENT_CERTIFICATE);
      }
    }
    String name = options.get(CLIENT_CERTIFICATE);
    return name == null
        ? null
        : MetaCodec.key(
            Kind.SECRET,
            meta.namespace(),
            Rules.subdomain(at.entry("options", CLIENT_CERTIFICATE), name));
  }

  private static Trust trust(BackendTLSPolicyValidation validation, Scope at) {
    String known = validation.getWellKnownCaCertificates();
    List<LocalObjectReference> refs = validation.getCaCertificateRefsList();
    if (!known.isEmpty()) {
      Scope field = at.field("wellKnownCACertificates");
      if (!known.equals(SYSTEM)) {
        field.wrong("is not known", "use " + SYSTEM);
      } else if (!refs.isEmpty()) {
        field.wrong("cannot stand beside caCertificateRefs", "remove one of them");
      }
      return new Trust.SystemStore();
    }
    if (refs.isEmpty()) {
      at.wrongField(
          "caCertificateRefs",
          "is required",
          "name a ConfigMap or Secret with ca.crt, or set wellKnownCACertificates: " + SYSTEM);
    } else if (refs.size() > MAX_REFS) {
      at.wrongField("caCertificateRefs", "holds more than " + MAX_REFS + " references", "");
    }
    List<Ref> out = new ArrayList<>();
    for (int i = 0; i < refs.size(); i++) {
      LocalObjectReference ref = refs.get(i);
      Scope item = at.item("caCertificateRefs", i);
      Rules.required(item.field("kind"), ref.getKind());
      Rules.subdomain(item.field("name"), ref.getName());
      boolean own =
          ref.getKind().equals(Kind.SECRET.manifestName())
              && ApiVersions.groupsOf(Kind.SECRET).contains(ref.getGroup());
      out.add(new Ref(own ? "" : ref.getGroup(), ref.getKind(), ref.getName()));
    }
    return new Trust.Authorities(out);
  }

  private static List<AltName> names(List<BackendAltName> messages, Scope at) {
    if (messages.size() > MAX_NAMES) {
      at.wrongField("subjectAltNames", "holds more than " + MAX_NAMES + " names", "");
    }
    List<AltName> out = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      out.add(name(messages.get(i), at.item("subjectAltNames", i)));
    }
    return out;
  }

  private static AltName name(BackendAltName m, Scope at) {
    boolean uri = m.getType().equals("URI");
    if (!uri && !m.getType().equals("Hostname")) {
      at.wrongField(
          "type", m.getType().isEmpty() ? "is required" : "is not known", "use Hostname or URI");
      return new AltName.Hostname("");
    }
    String other = uri ? m.getHostname() : m.getUri();
    if (!other.isEmpty()) {
      at.wrongField(
          uri ? "hostname" : "uri", "cannot stand beside type " + m.getType(), "remove it");
    }
    if (uri) {
      Scope field = at.field("uri");
      if (Rules.required(field, m.getUri()) && !ABSOLUTE_URI.matcher(m.getUri()).matches()) {
        field.wrong("is not an absolute URI", "write it as \"spiffe://example.org/shop\"");
      }
      return new AltName.Uri(m.getUri());
    }
    Scope field = at.field("hostname");
    return new AltName.Hostname(
        Rules.required(field, m.getHostname())
            ? Rules.hostname(field, m.getHostname(), true)
            : m.getHostname());
  }

  public static BackendTLSPolicy write(BackendTlsPolicy value) {
    BackendTLSPolicySpec.Builder spec =
        BackendTLSPolicySpec.newBuilder().addAllTargetRefs(PolicyCodec.write(value.targets()));
    BackendTLSPolicyValidation.Builder out =
        spec.getValidationBuilder().setHostname(value.hostname());
    switch (value.trust()) {
      case Trust.SystemStore() -> out.setWellKnownCaCertificates(SYSTEM);
      case Trust.Authorities(List<Ref> refs) ->
          refs.forEach(ref ->
              out.addCaCertificateRefsBuilder()
                  .setGroup(ref.group())
                  .setKind(ref.kind())
                  .setName(ref.name()));
    }
    Write.ifSet(value.clientCertificate(), key -> spec.putOptions(CLIENT_CERTIFICATE, key.name()));
    for (AltName name : value.names()) {
      BackendAltName.Builder to = out.addSubjectAltNamesBuilder();
      switch (name) {
        case AltName.Hostname(String host) -> to.setType("Hostname").setHostname(host);
        case AltName.Uri(String uri) -> to.setType("URI").setUri(uri);
      }
    }
    return BackendTLSPolicy.newBuilder().setSpec(spec).build();
  }
}
