package io.headgate.xds.model.filter;

/** Header changes of one level of the route table. */
public record HeaderMutationPerRoute(HeaderMutationConfig.Mutations mutations)
    implements FilterConfig {}
