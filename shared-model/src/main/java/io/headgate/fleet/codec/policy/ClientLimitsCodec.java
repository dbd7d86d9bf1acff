package io.headgate.fleet.codec.policy;

import io.headgate.fleet.ClientSettings.RequestLimits;
import io.headgate.fleet.ClientSettings.RouteBody;
import io.headgate.fleet.ClientSettings.UrlException;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.TargetRef;
import io.headgate.fleet.codec.rule.MetaCodec;
import io.headgate.fleet.codec.rule.Quantity;
import io.headgate.fleet.codec.rule.Rules;
import io.headgate.fleet.codec.rule.Scope;
import io.headgate.fleet.codec.rule.Write;
import io.headgate.proto.config.v1.BodyLimit;
import io.headgate.proto.config.v1.ClientHeaders;
import io.headgate.proto.config.v1.ClientTrafficPolicySpec;
import io.headgate.proto.config.v1.RouteReference;
import io.headgate.proto.config.v1.UrlLimit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How large requests may be, between message and record. */
final class ClientLimitsCodec {
  private static final int DEFAULT_HEADER_KIB = 60;

  /** For all routes; what needs more gets an exception. */
  private static final int MAX_URL = 8 << 10;

  private static final int MAX_EXCEPTION = 1 << 20;
  private static final long MAX_BODY = 1L << 50;

  private ClientLimitsCodec() {}

  static RequestLimits read(ClientTrafficPolicySpec spec, ObjectMeta meta, Scope at) {
    ClientHeaders heads = spec.getHeaders();
    Scope headers = at.field("headers");
    Integer kib =
        Rules.number(headers.field("maxKiB"), heads.hasMaxKib(), heads.getMaxKib(), 1, 8192);
    int headBytes = (kib == null ? DEFAULT_HEADER_KIB : kib) * 1024;
    return new RequestLimits(
        kib,
        Rules.number(headers.field("maxCount"), heads.hasMaxCount(), heads.getMaxCount(), 1, 65535),
        url(spec.getUrl(), headBytes, at.field("url")),
        exceptions(spec.getUrl(), headBytes, meta, at.field("url")),
        Rules.bytes(at.field("body").field("maxBytes"), spec.getBody().getMaxBytes(), 1, MAX_BODY),
        bodies(spec.getBody(), meta, at.field("body")));
  }

  private static @Nullable Integer url(UrlLimit message, int headBytes, Scope at) {
    Scope field = at.field("maxBytes");
    Long bytes = Rules.bytes(field, message.getMaxBytes(), 1, Integer.MAX_VALUE);
    if (bytes != null && bytes > MAX_URL) {
      field.wrong(
          "is more than all routes may have: " + Quantity.format(MAX_URL),
          "give the routes with longer URLs an exception, with an owner and an expiry");
    } else if (bytes != null && bytes > headBytes) {
      field.wrong("is more than headers.maxKiB lets through", "raise headers.maxKiB");
    }
    return bytes == null ? null : (Integer) bytes.intValue();
  }

  private static List<UrlException> exceptions(
      UrlLimit message, int headBytes, ObjectMeta meta, Scope at) {
    List<UrlException> out = new ArrayList<>();
    for (int i = 0; i < message.getExceptionsCount(); i++) {
      io.headgate.proto.config.v1.UrlException m = message.getExceptions(i);
      Scope item = at.item("exceptions", i);
      Integer bytes = Rules.smallBytes(item.field("maxBytes"), m.getMaxBytes(), 1, MAX_EXCEPTION);
      if (bytes == null) {
        item.wrongField("maxBytes", "is required", "");
      } else if (bytes > headBytes) {
        item.wrongField(
            "maxBytes", "is more than headers.maxKiB lets through", "raise headers.maxKiB");
      }
      Rules.required(item.field("owner"), m.getOwner());
      Instant expires = MetaCodec.instant(m.getExpires(), item.field("expires"));
      if (expires == null && m.getExpires().isEmpty()) {
        item.wrongField("expires", "is required", "say until when, such as 2030-01-31T00:00:00Z");
      }
      out.add(
          new UrlException(
              route(m.getRoute(), meta, item.field("route")),
              bytes == null ? 1 : bytes,
              m.getOwner(),
              expires == null ? Instant.EPOCH : expires));
    }
    unique(out.stream().map(UrlException::route).toList(), "exceptions", at);
    return out;
  }

  private static List<RouteBody> bodies(BodyLimit message, ObjectMeta meta, Scope at) {
    List<RouteBody> out = new ArrayList<>();
    for (int i = 0; i < message.getRoutesCount(); i++) {
      Scope item = at.item("routes", i);
      Long bytes =
          Rules.bytes(item.field("maxBytes"), message.getRoutes(i).getMaxBytes(), 1, MAX_BODY);
      if (bytes == null) {
        item.wrongField("maxBytes", "is required", "");
      }
      out.add(
          new RouteBody(
              route(message.getRoutes(i).getRoute(), meta, item.field("route")),
              bytes == null ? 1 : bytes));
    }
    unique(out.stream().map(RouteBody::route).toList(), "routes", at);
    return out;
  }

  private static void unique(List<TargetRef> routes, String field, Scope at) {
    Rules.unique(
        routes.stream().map(r -> r.object() + "#" + r.section()).toList(),
        i -> at.item(field, i).field("route"));
  }

  private static TargetRef route(RouteReference message, ObjectMeta meta, Scope at) {
    ObjectKey key =
        MetaCodec.reference(
            Kind.HTTP_ROUTE,
            "",
            "",
            message.getNamespace().isEmpty() ? meta.namespace() : message.getNamespace(),
            message.getName(),
            at);
    if (!message.getSectionName().isEmpty()) {
      Rules.subdomain(at.field("sectionName"), message.getSectionName());
    }
    return new TargetRef(key, Rules.orNull(message.getSectionName()));
  }

  static void write(RequestLimits limits, ClientTrafficPolicySpec.Builder spec) {
    Write.ifSet(limits.headerKib(), kib -> spec.getHeadersBuilder().setMaxKib(kib));
    Write.ifSet(limits.headerCount(), count -> spec.getHeadersBuilder().setMaxCount(count));
    Write.bytes(limits.urlBytes(), text -> spec.getUrlBuilder().setMaxBytes(text));
    for (UrlException exception : limits.urlExceptions()) {
      spec.getUrlBuilder()
          .addExceptionsBuilder()
          .setRoute(write(exception.route()))
          .setMaxBytes(Quantity.format(exception.maxBytes()))
          .setOwner(exception.owner())
          .setExpires(exception.expires().toString());
    }
    Write.bytes(limits.bodyBytes(), text -> spec.getBodyBuilder().setMaxBytes(text));
    for (RouteBody body : limits.routeBodies()) {
      spec.getBodyBuilder()
          .addRoutesBuilder()
          .setRoute(write(body.route()))
          .setMaxBytes(Quantity.format(body.maxBytes()));
    }
  }

  private static RouteReference write(TargetRef route) {
    RouteReference.Builder out =
        RouteReference.newBuilder()
            .setName(route.object().name())
            .setNamespace(route.object().namespace());
    Write.ifSet(route.section(), out::setSectionName);
    return out.build();
  }
}
