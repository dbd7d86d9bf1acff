// A live plot of several series over time, one colour each.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

const COLOURS = ["#0b9a80", "#d9822b", "#5b7fd6", "#b6519f", "#7a9a2e", "#c4483f", "#3aa0c4", "#8d6bd1"];

export function Plot({ title, times, series, height = 190, max }) {
  const box = useRef(null);
  const plot = useRef(null);
  const names = series.map((each) => each.name).join("|");
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink-2").trim();
    const rule = style.getPropertyValue("--rule").trim();
    const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
    plot.current = new uPlot(
      {
        width: box.current.clientWidth || 500,
        height,
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_, low, high) => [0, Math.max(max ?? 0, high ?? 0) * 1.1 || 1] } },
        axes: [axis, { ...axis, size: 44 }],
        series: [
          {},
          ...series.map((each, index) => ({
            label: each.name,
            stroke: COLOURS[index % COLOURS.length],
            width: 2,
            spanGaps: true,
            points: { show: false },
          })),
        ],
      },
      [times, ...series.map((each) => each.values)],
      box.current,
    );
    const observer = new ResizeObserver(() => plot.current.setSize({ width: box.current.clientWidth, height }));
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      plot.current.destroy();
    };
  }, [names, document.documentElement.dataset.theme]);
  useEffect(() => {
    plot.current?.setData([times, ...series.map((each) => each.values)]);
  }, [times, series]);
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <div ref={box} />
    </figure>
  );
}
