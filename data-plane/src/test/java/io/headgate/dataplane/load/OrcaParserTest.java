package io.headgate.dataplane.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.dataplane.endpoint.Endpoint;
import io.headgate.dataplane.endpoint.EndpointLoad;
import io.headgate.dataplane.endpoint.LoadMetric;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrcaParserTest {

  private final Endpoint endpoint = new Endpoint(new InetSocketAddress("127.0.0.1", 1));

  private OrcaParser.Outcome count(String text) {
    byte[] bytes = ("xx" + text + "yy").getBytes(ISO_8859_1);
    return OrcaParser.count(bytes, 2, bytes.length - 4, endpoint.load());
  }

  private double sum(LoadMetric metric) {
    return endpoint.load().metricSum(metric);
  }

  @Test
  void readsText() {
    assertThat(
            count(
                "TEXT application_utilization=0.25,cpu_utilization=1.5,mem_utilization=0.5,"
                    + "rps_fractional=100.5,eps=2,named_metrics.queue=7"))
        .isEqualTo(OrcaParser.Outcome.COUNTED);
    assertThat(sum(LoadMetric.APPLICATION_UTILIZATION)).isEqualTo(0.25);
    assertThat(sum(LoadMetric.CPU_UTILIZATION)).isEqualTo(1.5);
    assertThat(sum(LoadMetric.MEM_UTILIZATION)).isEqualTo(0.5);
    assertThat(sum(LoadMetric.RPS)).isEqualTo(100.5);
    assertThat(sum(LoadMetric.EPS)).isEqualTo(2);
    assertThat(endpoint.load().metricCount(LoadMetric.EPS)).isEqualTo(1);
  }

  @Test
  void readsJson() {
    assertThat(
            count(
                "JSON {\"cpu_utilization\": 0.3, \"named_metrics\": {\"a\": 1e1, \"b\":2},"
                    + " \"rpsFractional\":12, \"utilization\":{}}"))
        .isEqualTo(OrcaParser.Outcome.COUNTED);
    assertThat(sum(LoadMetric.CPU_UTILIZATION)).isEqualTo(0.3);
    assertThat(sum(LoadMetric.RPS)).isEqualTo(12);
    assertThat(endpoint.load().metricCount(LoadMetric.APPLICATION_UTILIZATION)).isZero();
  }

  @Test
  void readsBinaryWithAndWithoutPadding() {
    // cpu 1, application 0.5, eps 2, a named metric, an unknown varint
    byte[] message =
        ByteBuffer.allocate(64)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x09)
            .putDouble(1)
            .put((byte) 0x49)
            .putDouble(0.5)
            .put((byte) 0x39)
            .putDouble(2)
            .put(new byte[] {0x42, 12, 0x0a, 1, 'x', 0x11})
            .putDouble(7)
            .put(new byte[] {0x50, (byte) 0x96, 1})
            .array();
    byte[] report = Arrays.copyOf(message, 27 + 14 + 3);
    for (Base64.Encoder encoder :
        List.of(Base64.getEncoder(), Base64.getEncoder().withoutPadding())) {
      byte[] text = encoder.encode(report);
      EndpointLoad load =
          new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)).load();
      assertThat(OrcaParser.countBinary(text, 0, text.length, load))
          .isEqualTo(OrcaParser.Outcome.COUNTED);
      assertThat(load.metricSum(LoadMetric.CPU_UTILIZATION)).isEqualTo(1);
      assertThat(load.metricSum(LoadMetric.APPLICATION_UTILIZATION)).isEqualTo(0.5);
      assertThat(load.metricSum(LoadMetric.EPS)).isEqualTo(2);
      assertThat(load.metricCount(LoadMetric.MEM_UTILIZATION)).isZero();
      for (int cut = 1; cut < 27; cut++) {
        if (cut % 9 != 0) {
          byte[] less = encoder.encode(Arrays.copyOf(report, cut));
          assertThat(OrcaParser.countBinary(less, 0, less.length, load))
              .isEqualTo(OrcaParser.Outcome.REFUSED);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TEXT ",
        "TEXT cpu_utilization",
        "TEXT cpu_utilization=",
        "TEXT cpu_utilization=NaN",
        "TEXT cpu_utilization=Infinity",
        "TEXT cpu_utilization=inf",
        "TEXT cpu_utilization=-0.1",
        "TEXT cpu_utilization=1e400",
        "TEXT cpu_utilization=0x10",
        "TEXT cpu_utilization=0.1,",
        "TEXT cpu_utilization=0.1 eps=1",
        "TEXT cpu_utilization=0.1,cpu_utilization=0.2",
        "TEXT mem_utilization=1.01",
        "TEXT unknown=-1",
        "TEXT =1",
        "JSON ",
        "JSON {",
        "JSON {\"cpu_utilization\":-1}",
        "JSON {\"cpu_utilization\":\"1\"}",
        "JSON {\"cpu_utilization\":1}}",
        "JSON {\"a\":{\"b\":{\"c\":1}}}",
        "JSON {\"a\":{\"b\":-1}}",
        "JSON [1]",
        "BIN CQAAAAAAAPC/", // cpu -1
        "BIN EQAAAAAAAABA", // memory 2
        "BIN CQAAAAAAAPh/", // cpu NaN
        "BIN CQAAAA", // cut off
        "BIN *"
      })
  void refuses(String report) {
    assertThat(count(report)).isEqualTo(OrcaParser.Outcome.REFUSED);
    for (LoadMetric metric : LoadMetric.values()) {
      assertThat(endpoint.load().metricCount(metric)).isZero();
    }
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThat(count("TEXT a=1" + ",a=1".repeat(600))).isEqualTo(OrcaParser.Outcome.REFUSED);
  }

  @Property(tries = 500)
  void numbersAreReadAsJavaReadsThem(@ForAll @DoubleRange(min = 0, max = 1e9) double value) {
    byte[] bytes = ("eps=" + value).getBytes(ISO_8859_1);
    double[] values = Objects.requireNonNull(OrcaParser.parse(bytes, 0, bytes.length));
    assertThat(values[LoadMetric.EPS.slot()]).isEqualTo(value);
  }
}
