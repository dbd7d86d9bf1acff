package io.headgate.controlplane.compile;

import io.headgate.controlplane.image.AcceptedObject;
import io.headgate.controlplane.image.ConfigDelta;
import io.headgate.controlplane.image.ConfigImage;
import io.headgate.controlplane.image.FleetWeight;
import io.headgate.controlplane.image.ImageEdit;
import io.headgate.controlplane.image.ImageHost;
import io.headgate.controlplane.image.Provenance;
import io.headgate.controlplane.image.ServiceHosts;
import io.headgate.fleet.AllowedRoutes;
import io.headgate.fleet.BackendTlsPolicy;
import io.headgate.fleet.ConfigMap;
import io.headgate.fleet.FleetObject;
import io.headgate.fleet.Gateway;
import io.headgate.fleet.Host;
import io.headgate.fleet.HostKey;
import io.headgate.fleet.HostOverride;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpRoute;
import io.headgate.fleet.HttpRoute.BackendRef;
import io.headgate.fleet.HttpRoute.ParentRef;
import io.headgate.fleet.Kind;
import io.headgate.fleet.ObjectKey;
import io.headgate.fleet.ObjectMeta;
import io.headgate.fleet.RouteMatch;
import io.headgate.fleet.Secret;
import io.headgate.fleet.SecretBytes;
import io.headgate.fleet.SecurityPolicy;
import io.headgate.fleet.Service;
import io.headgate.fleet.TargetRef;
import io.headgate.fleet.codec.FleetReader;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An image that grows by one edit after the other. */
public final class TestFleet {
  public static final String JWKS =
      """
      {"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ES256",\
      "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",\
      "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}\
      """;

  /** An authority, PEM. */
  private static final String AUTHORITY =
      """
      -----BEGIN CERTIFICATE-----
      MIIBijCCAS+gAwIBAgIUNQMCcMqIYwpX8Gaw/v5xyTrIbOUwCgYIKoZIzj0EAwIw
      GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIzMDAzOTQyWhgPMjEy
      NjEwMzAwMDM5NDJaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
      zj0CAQYIKoZIzj0DAQcDQgAELvO52Nhouoe+6QqJ+rIezx4gg1RpRRs6niBIUmoV
      BBxtDGBhzhr/ZrnbRrHpgEnMWxjJQhmwgF7gXaDBPSx27qNTMFEwHQYDVR0OBBYE
      FKCoTU7U7uLz9M804D9VzEY1w0NOMB8GA1UdIwQYMBaAFKCoTU7U7uLz9M804D9V
      zEY1w0NOMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhALGulyqS
      KKIswOOpRWm3x3ncToXO8dQbgnAIMzeGQBaJAiEAxuYicTwjEXKOLlnhbWqUcWLd
      br+SQvHuYtSpgjY5/o4=
      -----END CERTIFICATE-----
      """;

  private ConfigImage image = ConfigImage.EMPTY.from(provenance(1));
  private ConfigDelta delta = ConfigDelta.NONE;

  private static Provenance provenance(long revision) {
    return new Provenance("0123456789abcdef", revision, Instant.EPOCH, Provenance.Source.ETCD);
  }

  public ConfigImage image() {
    return image;
  }

  /** Puts what most tests begin with: all of gateway {@code web} goes to service {@code shop}. */
  public void putOneRoute() {
    put(
        gateway("web", 80),
        service("shop", 80),
        route("r", "web", List.of(), rule(prefix("/"), backend("shop", 80, 1))));
  }

  /** What the last edit changed. */
  public ConfigDelta delta() {
    return delta;
  }

  public TestFleet edit(Consumer<ImageEdit> change) {
    ImageEdit edit = image.edit();
    change.accept(edit);
    long revision = image.provenance().revision() + 1;
    delta = edit.delta();
    image = edit.finish(provenance(revision));
    return this;
  }

  public TestFleet put(FleetObject... objects) {
    return edit(edit ->
        Arrays.stream(objects).forEach(o -> put(edit, o, image.provenance().revision() + 1)));
  }

  public static void put(ImageEdit edit, FleetObject object, long revision) {
    edit.object(object.key(), new AcceptedObject(object, revision, "ann", "", ""));
  }

  /** Puts the objects of a manifest, which has to be right. */
  public TestFleet apply(String manifest) {
    FleetReader.manifests(manifest).forEach(document -> put(document.object().orThrow()));
    return this;
  }

  public TestFleet remove(ObjectKey key) {
    return edit(edit -> edit.object(key, null));
  }

  public TestFleet hosts(String service, ImageHost... hosts) {
    return edit(edit -> hosts(edit, service, hosts));
  }

  public static void hosts(ImageEdit edit, String service, ImageHost... hosts) {
    TreeMap<String, ImageHost> byInstance = new TreeMap<>();
    for (ImageHost host : hosts) {
      byInstance.put(host.host().key().instance(), host);
    }
    edit.hosts(key(Kind.SERVICE, service), new ServiceHosts(byInstance));
  }

  public static ObjectKey key(Kind kind, String name) {
    return new ObjectKey(kind, "default", name);
  }

  public static ObjectMeta meta(String name) {
    return ObjectMeta.of("default", name);
  }

  public static Gateway gateway(String name, int... ports) {
    return new Gateway(
        meta(name),
        "headgate",
        Arrays.stream(ports).mapToObj(port -> listener("p" + port, null, port)).toList());
  }

  public static Gateway.Listener listener(String name, @Nullable String hostname, int port) {
    return new Gateway.Listener(
        name, hostname, port, Gateway.Protocol.HTTP, List.of(), AllowedRoutes.SAME_NAMESPACE);
  }

  public static Service service(String name, int... ports) {
    return new Service(
        meta(name),
        Arrays.stream(ports).mapToObj(port -> new Service.Port("p" + port, port, null)).toList());
  }

  public static ImageHost host(String service, String instance, String address, double weight) {
    return host(
        service,
        instance,
        address,
        new Host.Details(weight, null, false, Map.of(), Map.of()),
        null,
        1);
  }

  public static ImageHost host(
      String service,
      String instance,
      String address,
      Host.Details details,
      @Nullable HostOverride override,
      double factor) {
    Host host = new Host(new HostKey("default", service, instance), address, 8080, details);
    return new ImageHost(host, override, new FleetWeight(factor, List.of()), 5, 0);
  }

  public static HostOverride override(
      String service, String instance, @Nullable Double weight, boolean drain, boolean quarantine) {
    return new HostOverride(meta(service + "/" + instance), weight, drain, quarantine, "test");
  }

  public static HttpRoute route(
      String name, String gateway, List<String> hostnames, HttpRoute.Rule... rules) {
    return new HttpRoute(
        meta(name),
        List.of(new ParentRef(key(Kind.GATEWAY, gateway), null, null)),
        hostnames,
        List.of(rules));
  }

  public static HttpRoute.Rule rule(RouteMatch match, BackendRef... backends) {
    return rule(match, List.of(), backends);
  }

  public static HttpRoute.Rule rule(
      RouteMatch match, List<HttpFilter> filters, BackendRef... backends) {
    return new HttpRoute.Rule(
        null, List.of(match), filters, List.of(backends), HttpRoute.Timeouts.NONE, null);
  }

  /** A secret of the namespace {@code default} with an authority. */
  public static Secret authority(String name) {
    return authority("default", name);
  }

  static Secret authority(String namespace, String name) {
    return new Secret(
        ObjectMeta.of(namespace, name),
        Secret.Type.OPAQUE,
        Map.of("ca.crt", SecretBytes.of(AUTHORITY)));
  }

  /** A secret with an authority, and with two keys of session tickets. */
  public static Secret ticketKeys(String name) {
    return new Secret(
        meta(name),
        Secret.Type.OPAQUE,
        Map.of(
            "ca.crt",
            SecretBytes.of(AUTHORITY),
            Secret.TICKET_KEYS,
            SecretBytes.of(new byte[2 * Secret.TICKET_KEY_BYTES])));
  }

  /** A secret with something in place of a certificate and its key. */
  public static Secret certificate(String name) {
    return new Secret(
        meta(name),
        Secret.Type.TLS,
        Map.of(
            Secret.TLS_CERTIFICATE, SecretBytes.of("certificate"),
            Secret.TLS_KEY, SecretBytes.of("key")));
  }

  /**
   * A secret whose certificate and key are files of the proxies.
   *
   * @param more annotations beside those of the two files
   */
  static Secret certificateInFiles(String name, Map<String, String> more) {
    Map<String, String> annotations = new HashMap<>(more);
    annotations.put("headgate.io/certificate-chain-file", "/chain.pem");
    annotations.put("headgate.io/private-key-file", "/key.pem");
    return new Secret(
        new ObjectMeta(name, "default", Map.of(), annotations, null, null),
        Secret.Type.OPAQUE,
        Map.of("note", SecretBytes.of("files")));
  }

  /** A config map with an authority. */
  public static ConfigMap roots(String namespace, String name) {
    return new ConfigMap(ObjectMeta.of(namespace, name), Map.of("ca.crt", AUTHORITY));
  }

  /** A policy for TLS to a service, by the authority of a secret. */
  public static BackendTlsPolicy backendTls(String name, String service, String authority) {
    return new BackendTlsPolicy(
        meta(name),
        List.of(new TargetRef(key(Kind.SERVICE, service), null)),
        new BackendTlsPolicy.Trust.Authorities(
            List.of(new BackendTlsPolicy.Ref("", "Secret", authority))),
        name + ".example.org",
        List.of(),
        null);
  }

  public static RouteMatch prefix(String path) {
    return new RouteMatch(new RouteMatch.PathMatch.Prefix(path), List.of(), List.of(), null);
  }

  public static RouteMatch exact(String path) {
    return new RouteMatch(new RouteMatch.PathMatch.Exact(path), List.of(), List.of(), null);
  }

  public static RouteMatch regex(String path) {
    return new RouteMatch(new RouteMatch.PathMatch.Regex(path), List.of(), List.of(), null);
  }

  public static BackendRef backend(String service, int port, int weight) {
    return new BackendRef(key(Kind.SERVICE, service), port, weight);
  }

  public static SecurityPolicy tokens(String name, ObjectKey target) {
    return new SecurityPolicy(
        meta(name),
        List.of(new TargetRef(target, null)),
        new SecurityPolicy.Jwt(
            false,
            List.of(
                new SecurityPolicy.Provider(
                    "issuer", "https://issuer", List.of("shop"), JWKS, List.of(), false))));
  }
}
