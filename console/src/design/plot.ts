/** A picture by uPlot in the page's own colours. Import it where it is looked at: the library comes with it. */
import { useEffect, type RefObject } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./plot.css";

const HEIGHT = 240;

/** Colours as they are at the moment of drawing. */
export interface Ink {
  axis: Pick<uPlot.Axis, "stroke" | "grid" | "ticks">;
  /** That of the legend's mark at this place. */
  mark: (place: number) => () => string;
}

export type Picture = (ink: Ink) => { options: Omit<uPlot.Options, "width" | "height">; data: uPlot.AlignedData };

/** Draw it, and again with each new size and scheme; `picture` must keep its identity while it shows the same. */
export function usePlot(place: RefObject<HTMLDivElement | null>, legend: RefObject<HTMLElement | null>, picture: Picture | undefined): void {
  useEffect(() => {
    const element = place.current;
    if (!element || !picture) return undefined;
    const { options, data } = picture(inkOf(element, legend));
    const plot = new uPlot({ width: element.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { show: false }, ...options }, data, element);
    const resize = new ResizeObserver(() => { plot.setSize({ width: element.clientWidth, height: HEIGHT }); });
    resize.observe(element);
    const redraw = () => { plot.redraw(false, true); };
    const darkness = matchMedia("(prefers-color-scheme: dark)");
    darkness.addEventListener("change", redraw);
    const appearance = new MutationObserver(redraw);
    appearance.observe(document.documentElement, { attributeFilter: ["style"] });
    return () => {
      resize.disconnect();
      appearance.disconnect();
      darkness.removeEventListener("change", redraw);
      plot.destroy();
    };
  }, [place, legend, picture]);
}

/** Canvas knows no custom properties: the text's colour, the border's, and those of the legend's marks stand for them. */
function inkOf(element: HTMLElement, legend: RefObject<HTMLElement | null>): Ink {
  const text = () => getComputedStyle(element).color;
  const line = () => getComputedStyle(element).borderBlockStartColor;
  return {
    axis: { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } },
    mark: (place) => () => {
      const entry = legend.current?.children[place];
      return entry ? getComputedStyle(entry, "::before").backgroundColor : text();
    },
  };
}
