package io.headgate.fleet.codec.rule;

import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Metadata between message and record, and the references that many kinds share. */
public final class MetaCodec {
  private static final Pattern LABEL_KEY =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
  private static final int MAX_ANNOTATIONS = 256 << 10;

  private MetaCodec() {}

  /**
   * Reads metadata.
   *
   * @param stored the key that the object lies under, which gives the names that are absent; null
   *     for a manifest
   */
  public static ObjectMeta read(
      io.headgate.proto.config.v1.ObjectMeta meta,
      Kind kind,
      @Nullable ObjectKey stored,
      Scope at) {
    String namespace = meta.getNamespace();
    String name = meta.getName();
    if (stored != null) {
      namespace = agree(at.field("namespace"), namespace, stored.namespace());
      name = agree(at.field("name"), name, stored.name());
    } else if (namespace.isEmpty()) {
      namespace = ObjectKey.DEFAULT_NAMESPACE;
    }
    Rules.label(at.field("namespace"), namespace);
    if (kind == Kind.GATEWAY_CLASS && !namespace.equals(ObjectKey.DEFAULT_NAMESPACE)) {
      at.wrongField("namespace", "cannot be set: a GatewayClass has no namespace", "remove it");
    }
    name(kind, name, at.field("name"));
    labels(meta.getLabelsMap(), at);
    int annotations =
        meta.getAnnotationsMap().entrySet().stream()
            .mapToInt(e -> e.getKey().length() + e.getValue().length())
            .sum();
    if (annotations > MAX_ANNOTATIONS) {
      at.wrongField("annotations", "are longer than 256 KiB in all", "shorten them");
    }
    return new ObjectMeta(
        name,
        namespace,
        meta.getLabelsMap(),
        meta.getAnnotationsMap(),
        Rules.orNull(meta.getOwner()),
        instant(meta.getExpires(), at.field("expires")));
  }

  private static String agree(Scope at, String written, String stored) {
    if (!written.isEmpty() && !written.equals(stored)) {
      at.wrong("is not what the key says: " + stored, "use the name of the key");
    }
    return stored;
  }

  private static void name(Kind kind, String name, Scope at) {
    switch (kind) {
      case HOST, OVERRIDE -> {
        int slash = name.indexOf('/');
        if (Rules.required(at, name) && slash <= 0) {
          at.wrong("does not name a host", "write it as service/instance");
        } else if (slash > 0) {
          Rules.label(at, name.substring(0, slash));
          Rules.instance(at, name.substring(slash + 1));
        }
      }
      case SERVICE -> Rules.label(at, name);
      case GATEWAY_CLASS,
          GATEWAY,
          HTTP_ROUTE,
          GRPC_ROUTE,
          TLS_ROUTE,
          TCP_ROUTE,
          REFERENCE_GRANT,
          CLIENT_TRAFFIC_POLICY,
          BACKEND_TRAFFIC_POLICY,
          SECURITY_POLICY,
          BACKEND_TLS_POLICY,
          SECRET,
          CONFIG_MAP ->
          Rules.subdomain(at, name);
    }
  }

  public static void labels(Map<String, String> labels, Scope at) {
    labels.forEach((key, value) -> {
      if (!LABEL_KEY.matcher(key).matches() || !LABEL_VALUE.matcher(value).matches()) {
        at.entry("labels", key)
            .wrong(
                "is not a label",
                "use letters, digits, '-', '_' and '.', at most 63; put longer texts into"
                    + " annotations");
      }
    });
  }

  public static @Nullable Instant instant(String text, Scope at) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      at.wrong("is not a time of RFC 3339", "write it as \"2030-01-31T12:00:00Z\"");
      return null;
    }
  }

  public static io.headgate.proto.config.v1.ObjectMeta write(ObjectMeta meta) {
    var out =
        io.headgate.proto.config.v1.ObjectMeta.newBuilder()
            .setName(meta.name())
            .setNamespace(meta.namespace())
            .putAllLabels(meta.labels())
            .putAllAnnotations(meta.annotations());
    if (meta.owner() != null) {
      out.setOwner(meta.owner());
    }
    if (meta.expires() != null) {
      out.setExpires(meta.expires().toString());
    }
    return out.build();
  }

  /**
   * A reference to an object of one kind; groups and kinds that mean something else are reported.
   */
  public static ObjectKey reference(
      Kind kind, String group, String kindName, String namespace, String name, Scope at) {
    if (!kindName.isEmpty() && !kindName.equals(kind.manifestName())) {
      at.wrongField("kind", "cannot be referred to here", "use " + kind.manifestName());
    } else if (!group.isEmpty() && !ApiVersions.groupsOf(kind).contains(group)) {
      at.wrongField(
          "group",
          "is not the group of " + kind.manifestName(),
          "use \"" + ApiVersions.groupsOf(kind).get(0) + "\"");
    }
    Rules.subdomain(at.field("name"), name);
    Rules.label(at.field("namespace"), namespace);
    return key(kind, namespace, name);
  }

  /** A key also for names that were refused. */
  public static ObjectKey key(Kind kind, String namespace, String name) {
    return new ObjectKey(kind, namespace.isEmpty() ? "?" : namespace, name.isEmpty() ? "?" : name);
  }
}
