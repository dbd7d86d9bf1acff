package io.headgate.controlplane.compile.route;

import io.headgate.fleet.Gateway;
import io.headgate.fleet.HttpFilter;
import io.headgate.fleet.HttpFilter.PathEdit;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.value.Metadata;
import io.headgate.xds.model.value.Value;
import java.util.Map;

/**
 * Turns redirects of fleet routes at one port into those of xDS.
 *
 * <p>Without a port the new scheme's own is meant, or that of the listener; one that is the
 * scheme's own is not written. Where the request's host stays xDS cannot say that; the route's
 * metadata does, and a stock Envoy, which does not know it, writes the port.
 *
 * <p>Thread: immutable. Spec: Gateway API, {@code HTTPRequestRedirectFilter.port}.
 *
 * @param port of the listener
 * @param scheme of the listener
 */
public record Redirects(int port, String scheme) {
  private static final Metadata SILENT =
      new Metadata(
          Map.of(
              "headgate",
              new Value.Obj(Map.of("redirect_omit_default_port", new Value.Bool(true)))));

  public static Redirects at(int port, Gateway.Protocol protocol) {
    return new Redirects(
        port,
        switch (protocol) {
          case HTTP, TCP -> "http";
          case HTTPS, TLS -> "https";
        });
  }

  /** The action of a route whose rule redirects. */
  public RouteAction action(HttpFilter.Redirect redirect, PathVariant variant) {
    RouteAction.RedirectPath path =
        switch (redirect.path()) {
          case null -> new RouteAction.RedirectPath.Keep();
          case PathEdit.Full full -> new RouteAction.RedirectPath.Replace(full.value());
          case PathEdit.Prefix prefix ->
              new RouteAction.RedirectPath.ReplacePrefix(
                  variant.replacement() == null ? prefix.value() : variant.replacement());
        };
    return new RouteAction.Redirect(
        redirect.scheme() == null ? "" : redirect.scheme(),
        redirect.hostname() == null ? "" : redirect.hostname(),
        port(redirect),
        path,
        redirect.status(),
        false);
  }

  /** The metadata of such a route. */
  public Metadata metadata(HttpFilter.Redirect redirect) {
    int named = port(redirect);
    return named != 0 && named == ownPort(scheme(redirect)) ? SILENT : Metadata.EMPTY;
  }

  /** The port to name; 0 for that of the request, or none beside a new host. */
  private int port(HttpFilter.Redirect redirect) {
    boolean newHost = redirect.hostname() != null;
    Integer wanted = redirect.port();
    int own = ownPort(scheme(redirect));
    if (wanted == null && redirect.scheme() == null && !newHost) {
      return 0; // the client has it right
    }
    if (wanted == null && redirect.scheme() != null && port == ownPort(scheme)) {
      return 0; // the old scheme's own port goes by itself
    }
    int meant = wanted != null ? wanted : redirect.scheme() != null ? own : port;
    return newHost && meant == own ? 0 : meant;
  }

  private String scheme(HttpFilter.Redirect redirect) {
    return redirect.scheme() == null ? scheme : redirect.scheme();
  }

  private static int ownPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }
}
