package io.headgate.dataplane.route;

import io.headgate.dataplane.http.RequestHead;
import io.headgate.xds.model.route.RouteAction;
import io.headgate.xds.model.route.RouteAction.RedirectPath;
import org.jspecify.annotations.Nullable;

/**
 * Works out the {@code location} of a redirect.
 *
 * <p>What the redirect does not set is the request's. The request's port goes when the redirect
 * sets one, or when the scheme changes and it was the old scheme's default. Spec: Envoy, {@code
 * RedirectAction}.
 *
 * @param keepsPort whether the request's port stays all the same
 * @param omitsDefault whether a port that the scheme has by itself is not written
 */
record RedirectRules(
    RouteAction.Redirect redirect,
    boolean keepsPort,
    boolean omitsDefault,
    @Nullable RegexReplacer regex) {
  /** The same address over TLS, with its port as it was. */
  static final RedirectRules TO_HTTPS =
      new RedirectRules(
          new RouteAction.Redirect("https", "", 0, new RedirectPath.Keep(), 301, false),
          true,
          false,
          null);

  /** The very address of the request. */
  static final RedirectRules SAME =
      new RedirectRules(
          new RouteAction.Redirect("", "", 0, new RedirectPath.Keep(), 302, false),
          true,
          false,
          null);

  static RedirectRules of(RouteAction.Redirect redirect, boolean omitsDefault) {
    return new RedirectRules(
        redirect,
        false,
        omitsDefault,
        redirect.path() instanceof RedirectPath.Regex regex
            ? new RegexReplacer(regex.rewrite())
            : null);
  }

  int status() {
    return redirect.status();
  }

  /**
   * Builds the address.
   *
   * @param covered how many bytes of the path the route matched
   */
  String location(RequestHead head, int covered) {
    String scheme = redirect.scheme().isEmpty() ? head.scheme() : redirect.scheme();
    String host =
        redirect.host().isEmpty()
            ? requestHost(head.authority(), head.scheme(), scheme)
            : redirect.host();
    StringBuilder location = new StringBuilder(scheme).append("://").append(host);
    if (redirect.port() != 0 && !(omitsDefault && isDefault(scheme, redirect.port()))) {
      location.append(':').append(redirect.port());
    }
    return location.append(path(head.path(), covered)).toString();
  }

  private String requestHost(String authority, String oldScheme, String newScheme) {
    int colon = authority.lastIndexOf(':');
    if (colon < 0 || authority.indexOf(']', colon) > 0) {
      return authority;
    }
    String port = authority.substring(colon + 1);
    boolean defaultGoes =
        !newScheme.equals(oldScheme)
            && ((oldScheme.equals("http") && port.equals("80"))
                || (oldScheme.equals("https") && port.equals("443")));
    return (redirect.port() != 0 || defaultGoes) && !keepsPort
        ? authority.substring(0, colon)
        : authority;
  }

  private static boolean isDefault(String scheme, int port) {
    return (scheme.equals("http") && port == 80) || (scheme.equals("https") && port == 443);
  }

  private String path(String requestPath, int covered) {
    int question = requestPath.indexOf('?');
    String query = question < 0 || redirect.stripQuery() ? "" : requestPath.substring(question);
    String bare = question < 0 ? requestPath : requestPath.substring(0, question);
    String path =
        switch (redirect.path()) {
          case RedirectPath.Keep _ -> bare + query;
          case RedirectPath.Replace replace ->
              replace.path().indexOf('?') >= 0 ? replace.path() : replace.path() + query;
          case RedirectPath.ReplacePrefix replace ->
              replace.prefix() + bare.substring(Math.min(covered, bare.length())) + query;
          case RedirectPath.Regex _ -> (regex == null ? bare : regex.replaceAll(bare)) + query;
        };
    return path.startsWith("/") ? path : "/" + path;
  }
}
