package io.headgate.dataplane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.observe.Meters;
import io.headgate.xds.codec.FilterConfigs;
import io.headgate.xds.model.HeaderMutationConfig;
import io.headgate.xds.model.HttpLimitsConfig;
import io.headgate.xds.model.JwtAuthnConfig;
import io.headgate.xds.model.RouterConfig;
import org.junit.jupiter.api.Test;

class FiltersTest {
  @Test
  void everyFilterThatIsDecodedHasAFactory() {
    Filters filters = new Filters(name -> null, new Meters());
    assertThat(filters.registry().configs())
        .containsExactlyInAnyOrder(
            RouterConfig.class,
            JwtAuthnConfig.class,
            HeaderMutationConfig.class,
            HttpLimitsConfig.class)
        .hasSameSizeAs(FilterConfigs.filterTypeUrls());
  }
}
