package io.headgate.xds.model.filter;

/** Configuration of one HTTP filter, or of a route for one. */
public sealed interface FilterConfig
    permits RouterConfig,
        JwtAuthnConfig,
        JwtAuthnPerRoute,
        HeaderMutationConfig,
        HeaderMutationPerRoute,
        HttpLimitsConfig,
        HttpLimitsPerRoute,
        CorsConfig,
        CorsPerRoute,
        HeaderRulesConfig,
        HeaderRulesPerRoute,
        FilterOverride {}
