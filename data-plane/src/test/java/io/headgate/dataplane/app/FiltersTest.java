package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.observe.Meters;
import io.headgate.dataplane.route.RuntimeFlags;
import io.headgate.xds.codec.filter.FilterConfigs;
import io.headgate.xds.model.filter.CorsConfig;
import io.headgate.xds.model.filter.HeaderMutationConfig;
import io.headgate.xds.model.filter.HeaderRulesConfig;
import io.headgate.xds.model.filter.HttpLimitsConfig;
import io.headgate.xds.model.filter.JwtAuthnConfig;
import io.headgate.xds.model.filter.RouterConfig;
import org.junit.jupiter.api.Test;

class FiltersTest {
  @Test
  void everyFilterThatIsDecodedHasAFactory() {
    Filters filters = new Filters(name -> null, new Meters(), RuntimeFlags.DEFAULTS);
    assertThat(filters.registry().configs())
        .containsExactlyInAnyOrder(
            RouterConfig.class,
            JwtAuthnConfig.class,
            HeaderMutationConfig.class,
            CorsConfig.class,
            HeaderRulesConfig.class,
            HttpLimitsConfig.class)
        .hasSameSizeAs(FilterConfigs.filterTypeUrls());
  }
}
