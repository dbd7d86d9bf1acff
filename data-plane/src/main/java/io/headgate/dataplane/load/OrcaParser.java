package io.headgate.dataplane.load;

import io.headgate.dataplane.endpoint.EndpointLoad;
import io.headgate.dataplane.endpoint.LoadMetric;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code endpoint-load-metrics} header ({@code TEXT name=value,…}, {@code JSON {…}} or
 * {@code BIN base64}) and {@code endpoint-load-metrics-bin} (base64).
 *
 * <p>A value that is not a finite number of at least zero refuses the whole report, so that a
 * backend that reports nonsense counts as one that reports nothing. A utilisation of memory above 1
 * is nonsense too. Unknown names and named metrics are checked and then left out; only the metrics
 * of {@link LoadMetric} are added up.
 *
 * <p>Reads text in place and allocates nothing but one small array.
 *
 * <p>Thread: any. Spec: the ORCA proposal, "Open Request Cost Aggregation", and {@code
 * xds.data.orca.v3.OrcaLoadReport}.
 */
public final class OrcaParser {

  /** What became of a report. */
  public enum Outcome {
    /** Its known metrics were added to the endpoint's totals. */
    COUNTED,
    /** It is malformed, too long or has a value that cannot be. */
    REFUSED
  }

  /** The header in its text forms. */
  public static final String HEADER = "endpoint-load-metrics";

  /** The header in its binary form, which gRPC backends use. */
  public static final String BINARY_HEADER = "endpoint-load-metrics-bin";

  // 2 KiB: a report has a handful of numbers; more is not a report.
  private static final int MAX_BYTES = 2048;

  private static final LoadMetric[] METRICS = LoadMetric.values();

  private OrcaParser() {}

  /**
   * Reads one report and adds it to the endpoint's totals.
   *
   * @param bytes holds the header's value from {@code offset} on, {@code length} bytes
   */
  public static Outcome count(byte[] bytes, int offset, int length, EndpointLoad load) {
    return count(parse(bytes, offset, length), load);
  }

  /** Reads one report of {@link #BINARY_HEADER} and adds it to the endpoint's totals. */
  public static Outcome countBinary(byte[] bytes, int offset, int length, EndpointLoad load) {
    double[] values = nothing();
    boolean good = length <= MAX_BYTES && OrcaBinary.read(bytes, offset, length, values);
    return count(good ? values : null, load);
  }

  private static double[] nothing() {
    double[] values = new double[METRICS.length];
    Arrays.fill(values, -1);
    return values;
  }

  private static Outcome count(double @Nullable [] values, EndpointLoad load) {
    if (values == null) {
      return Outcome.REFUSED;
    }
    for (LoadMetric metric : METRICS) {
      double value = values[metric.slot()];
      if (value >= 0) {
        load.report(metric, value);
      }
    }
    return Outcome.COUNTED;
  }

  /** The values by metric, −1 for one that is absent; null when the report is refused. */
  static double @Nullable [] parse(byte[] bytes, int offset, int length) {
    if (length > MAX_BYTES) {
      return null;
    }
    OrcaText cursor = new OrcaText(bytes, offset, offset + length);
    double[] values = nothing();
    boolean good;
    if (cursor.skip("BIN ")) {
      good = OrcaBinary.read(bytes, cursor.position(), offset + length - cursor.position(), values);
    } else if (cursor.skip("TEXT ")) {
      good = text(cursor, values);
    } else if (cursor.skip("JSON ")) {
      good = json(cursor, values);
    } else {
      // No prefix: text, as some clients send it.
      good = text(cursor, values);
    }
    return good ? values : null;
  }

  private static boolean text(OrcaText in, double[] values) {
    do {
      in.spaces();
      int from = in.position();
      int to = in.until((byte) '=');
      if (to < 0) {
        return false;
      }
      if (!value(in, from, to, in.number(), values)) {
        return false;
      }
      in.spaces();
    } while (in.take((byte) ','));
    return in.atEnd();
  }

  private static boolean json(OrcaText in, double[] values) {
    in.spaces();
    return object(in, values, 0) && in.restIsSpace();
  }

  /**
   * One JSON object; nested ones hold maps (named_metrics, utilization, request_cost) and are only
   * checked.
   */
  private static boolean object(OrcaText in, double[] values, int depth) {
    if (!in.take((byte) '{')) {
      return false;
    }
    in.spaces();
    if (in.take((byte) '}')) {
      return true;
    }
    do {
      in.spaces();
      if (!in.take((byte) '"')) {
        return false;
      }
      int from = in.position();
      int to = in.until((byte) '"');
      if (to < 0 || in.containsEscape(from, to)) {
        return false;
      }
      in.spaces();
      if (!in.take((byte) ':')) {
        return false;
      }
      in.spaces();
      if (in.peek() == '{') {
        if (depth > 0 || !object(in, values, depth + 1)) {
          return false;
        }
      } else {
        double number = in.number();
        boolean good = depth == 0 ? value(in, from, to, number, values) : number >= 0;
        if (!good) {
          return false;
        }
      }
      in.spaces();
    } while (in.take((byte) ','));
    return in.take((byte) '}');
  }

  private static boolean value(OrcaText in, int from, int to, double number, double[] values) {
    if (!isFinite(number)) {
      return false;
    }
    LoadMetric metric = metric(in, from, to);
    if (metric == null) {
      return to > from;
    }
    if (!isPossible(metric, number)) {
      return false;
    }
    if (values[metric.slot()] >= 0) {
      return false;
    }
    values[metric.slot()] = number;
    return true;
  }

  /** Whether it is a finite number of at least zero. */
  static boolean isFinite(double number) {
    return number >= 0 && number != Double.POSITIVE_INFINITY;
  }

  /** Whether a metric can have that value. */
  static boolean isPossible(LoadMetric metric, double number) {
    return isFinite(number) && (metric != LoadMetric.MEM_UTILIZATION || number <= 1);
  }

  private static @Nullable LoadMetric metric(OrcaText in, int from, int to) {
    if (in.is(from, to, "application_utilization", "applicationUtilization")) {
      return LoadMetric.APPLICATION_UTILIZATION;
    }
    if (in.is(from, to, "cpu_utilization", "cpuUtilization")) {
      return LoadMetric.CPU_UTILIZATION;
    }
    if (in.is(from, to, "mem_utilization", "memUtilization")) {
      return LoadMetric.MEM_UTILIZATION;
    }
    if (in.is(from, to, "rps_fractional", "rpsFractional")) {
      return LoadMetric.RPS;
    }
    if (in.is(from, to, "eps", "eps")) {
      return LoadMetric.EPS;
    }
    return null;
  }
}
