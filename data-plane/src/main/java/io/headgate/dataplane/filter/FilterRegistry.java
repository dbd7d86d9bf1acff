package io.headgate.dataplane.filter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * All kinds of filters that this process has: config record class to factory. Immutable; built
 * once, in {@code app}.
 */
public final class FilterRegistry {
  private final Map<Class<?>, FilterFactory<?>> factories;

  private FilterRegistry(Map<Class<?>, FilterFactory<?>> factories) {
    this.factories = Map.copyOf(factories);
  }

  /** Starts a registry. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the config classes that have a factory. */
  public Set<Class<?>> configs() {
    return factories.keySet();
  }

  /**
   * Makes the template for a config.
   *
   * @throws IllegalArgumentException when no factory is registered for its class
   */
  public FilterTemplate template(Object config, FilterContext context) {
    return create(factory(config.getClass()), config, context);
  }

  /**
   * Prepares a per-route config.
   *
   * @param filterConfig the config of the filter in the chain that it overrides
   */
  public Object routeConfig(Object filterConfig, Object override, FilterContext context) {
    return factory(filterConfig.getClass()).createRouteConfig(override, context);
  }

  private FilterFactory<?> factory(Class<?> config) {
    FilterFactory<?> factory = factories.get(config);
    if (factory == null) {
      throw new IllegalArgumentException("no filter factory for " + config.getName());
    }
    return factory;
  }

  @SuppressWarnings("unchecked") // the builder ties each class to a factory of that class
  private static <C> FilterTemplate create(
      FilterFactory<C> factory, Object config, FilterContext context) {
    return factory.create((C) config, context);
  }

  /** Collects factories. */
  public static final class Builder {
    private final Map<Class<?>, FilterFactory<?>> factories = new LinkedHashMap<>();

    private Builder() {}

    /** Adds a factory; one config class has one. */
    public <C> Builder add(Class<C> config, FilterFactory<? super C> factory) {
      if (factories.putIfAbsent(config, factory) != null) {
        throw new IllegalArgumentException("two filter factories for " + config.getName());
      }
      return this;
    }

    public FilterRegistry build() {
      return new FilterRegistry(factories);
    }
  }
}
