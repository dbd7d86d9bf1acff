package io.headgate.xds.model.http;

/** Where x-request-id comes from and goes to. */
public record RequestIdRules(
    boolean generate, boolean preserveExternal, boolean alwaysSetInResponse) {
  public static final RequestIdRules DEFAULT = new RequestIdRules(true, false, false);
}
