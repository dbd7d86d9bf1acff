package io.headgate.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.headgate.xds.codec.bootstrap.BootstrapDecoder;
import io.headgate.xds.codec.bootstrap.BootstrapEncoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.Resource;
import io.headgate.xds.model.RouteConfiguration;
import io.headgate.xds.model.bootstrap.Bootstrap;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RoundTripTest {
  @Property(tries = 150)
  void listener(@ForAll long seed) {
    assertSurvives(new RandomRecords(new Random(seed)).make(Listener.class));
  }

  @Property(tries = 150)
  void routeConfiguration(@ForAll long seed) {
    assertSurvives(new RandomRecords(new Random(seed)).make(RouteConfiguration.class));
  }

  @Property(tries = 150)
  void cluster(@ForAll long seed) {
    assertSurvives(new RandomRecords(new Random(seed)).make(Cluster.class));
  }

  @Property(tries = 150)
  void clusterLoadAssignment(@ForAll long seed) {
    assertSurvives(new RandomRecords(new Random(seed)).make(ClusterLoadAssignment.class));
  }

  @Property(tries = 40)
  void bootstrap(@ForAll long seed) {
    Bootstrap bootstrap = new RandomRecords(new Random(seed)).make(Bootstrap.class);
    assertThat(BootstrapDecoder.decode(BootstrapEncoder.encode(bootstrap), false))
        .isEqualTo(new Decoded.Valid<>(bootstrap));
  }

  @Property(tries = 40)
  void equalValuesGiveEqualBytes(@ForAll long seed) {
    Resource one = new RandomRecords(new Random(seed)).make(Listener.class);
    Resource same = new RandomRecords(new Random(seed)).make(Listener.class);
    assertThat(ResourceEncoder.encode(one)).isEqualTo(ResourceEncoder.encode(same));
  }

  private static void assertSurvives(Resource resource) {
    Any encoded = ResourceEncoder.encode(resource);
    assertThat(encoded.getTypeUrl()).isEqualTo(ResourceEncoder.typeUrl(resource));
    DecodeOptions options = DecodeOptions.STRICT;
    Decoded<? extends Resource> decoded = ResourceDecoder.decode(encoded, options);
    assertThat(decoded).isEqualTo(new Decoded.Valid<>(resource));
    // A second trip gives the same bytes, so a content hash is stable.
    assertThat(ResourceEncoder.encode(decoded.orElseThrow())).isEqualTo(encoded);
  }
}
