package io.headgate.perf.measure;

import java.util.Locale;
import java.util.Map;

/** A bar chart as SVG text, readable on light and dark pages. */
public final class RatioPlot {

  private static final int WIDTH = 640;
  private static final int BAR = 28;
  private static final int LABEL = 120;

  private RatioPlot() {}

  /** One bar for each entry, in its order; the first is ours and stands out. */
  public static String bars(String title, Map<String, Double> values) {
    double most = values.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    int height = 40 + values.size() * (BAR + 8);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"13\" fill=\"#888\">%n<text x=\"4\""
                + " y=\"20\">%s</text>%n",
            WIDTH,
            height,
            title));
    int y = 34;
    boolean first = true;
    for (Map.Entry<String, Double> value : values.entrySet()) {
      double length = (WIDTH - LABEL - 70) * value.getValue() / most;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"4\" y=\"%d\">%s</text><rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\""
                  + " fill=\"%s\"/><text x=\"%.1f\" y=\"%d\">%.1f</text>%n",
              y + BAR - 9,
              value.getKey(),
              LABEL,
              y,
              length,
              BAR,
              first ? "#0a7" : "#999",
              LABEL + length + 6,
              y + BAR - 9,
              value.getValue()));
      first = false;
      y += BAR + 8;
    }
    return svg.append("</svg>\n").toString();
  }
}
