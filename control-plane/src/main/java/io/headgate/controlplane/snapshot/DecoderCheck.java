package io.headgate.controlplane.snapshot;

import io.headgate.controlplane.compile.value.ValueCheck;
import io.headgate.xds.codec.ResourceDecoder;
import io.headgate.xds.codec.ResourceEncoder;
import io.headgate.xds.codec.message.DecodeOptions;
import io.headgate.xds.codec.message.Decoded;
import io.headgate.xds.model.Cluster;
import io.headgate.xds.model.ClusterLoadAssignment;
import io.headgate.xds.model.Listener;
import io.headgate.xds.model.RouteConfiguration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Encodes a value and gives it to the decoder that the proxies run: what they would refuse is found
 * before it leaves.
 *
 * <p>Thread: any; stateless.
 */
public final class DecoderCheck implements ValueCheck {
  public static final DecoderCheck INSTANCE = new DecoderCheck();

  private DecoderCheck() {}

  @Override
  public List<Finding> cluster(Cluster value) {
    return findings(
        () -> ResourceDecoder.cluster(ResourceEncoder.cluster(value), DecodeOptions.STRICT), value);
  }

  @Override
  public List<Finding> endpoints(ClusterLoadAssignment value) {
    return findings(
        () ->
            ResourceDecoder.clusterLoadAssignment(
                ResourceEncoder.clusterLoadAssignment(value), DecodeOptions.STRICT),
        value);
  }

  @Override
  public List<Finding> listener(Listener value) {
    return findings(
        () -> ResourceDecoder.listener(ResourceEncoder.listener(value), DecodeOptions.STRICT),
        value);
  }

  @Override
  public List<Finding> routes(RouteConfiguration value) {
    return findings(
        () ->
            ResourceDecoder.routeConfiguration(
                ResourceEncoder.routeConfiguration(value), DecodeOptions.STRICT),
        value);
  }

  private static <T> List<Finding> findings(Supplier<Decoded<T>> roundTrip, T value) {
    try {
      return switch (roundTrip.get()) {
        case Decoded.Valid<T> valid ->
            valid.value().equals(value)
                ? List.of()
                : List.of(new Finding("", "", "would reach a proxy as something else", ""));
        case Decoded.Invalid<T> invalid ->
            invalid.violations().stream()
                .map(v -> new Finding(v.path(), v.value(), v.reason(), v.fix()))
                .toList();
      };
    } catch (IllegalArgumentException e) {
      return List.of(new Finding("", "", String.valueOf(e.getMessage()), ""));
    }
  }
}
