// The chart of a growing campaign over time, with a slider that sets the account's clock.

import { h, s } from "./dom.js";
import { duration, short } from "./format.js";

const DAY = 86_400_000;
const END = 30 * DAY;
const LEFT = -0.2;
const WIDTH = 600;
const TOP = 10;
const PLOT = 125;
const LINES = [["Delivered", "totalDelivered", "f1"], ["Opened", "uniqueOpens", "f2"], ["Clicked", "uniqueClicks", "f3"]];
const TICKS = [["sent", 0], ["1 h", DAY / 24], ["6 h", DAY / 4], ["1 d", DAY], ["3 d", 3 * DAY], ["1 w", 7 * DAY], ["2 w", 14 * DAY], ["30 d", END]];
const STEPS = 1000;
const HELD_MILLISECONDS = 700;

/** Return the position of an age in milliseconds, from LEFT to 1: the cube root, since most events happen early. */
function positionOf(age) {
  return Math.min(1, Math.max(LEFT, Math.cbrt(age / END)));
}

function x(age) {
  return ((positionOf(age) - LEFT) / (1 - LEFT)) * WIDTH;
}

/** Return the chart of a curve. `onmove` is called with the time of the slider; without it there is no slider. */
export function growthChart(curve, onmove) {
  const sentAt = Date.parse(curve.sentAt);
  const points = curve.points.map(({ time, stats }) => ({ age: Date.parse(time) - sentAt, stats }));
  const most = Math.max(1, ...points.map(({ stats }) => stats.totalSent));
  const y = (value) => TOP + PLOT * (1 - value / most);
  const marker = s("line.now", { y1: TOP - 6, y2: TOP + PLOT });
  const dots = LINES.map(([, , tint]) => [s("path.dot.rim"), s(`path.dot.${tint}`)]);
  const drawing = s("svg.curve", { viewBox: `0 0 ${WIDTH} ${TOP + PLOT + 4}`, preserveAspectRatio: "none", role: "img", "aria-label": summary(points) },
    s("rect.unsent", { x: 0, y: TOP, width: x(0), height: PLOT }),
    ...TICKS.map(([, age]) => s("line.grid", { x1: x(age), x2: x(age), y1: TOP, y2: TOP + PLOT })),
    s("line.base", { x1: 0, x2: WIDTH, y1: TOP + PLOT, y2: TOP + PLOT }),
    ...LINES.map(([, name, tint]) => s(`path.area.${tint}`, { d: `${path(points, name, y)}L${WIDTH},${y(0)}L${x(0)},${y(0)}Z` })),
    ...LINES.map(([, name, tint]) => s(`path.line.${tint}`, { d: path(points, name, y) })),
    marker, ...dots.flat());
  // Positions are set through CSSOM, since the page's policy forbids style attributes.
  const ticks = TICKS.map(([label, age]) => {
    const tick = h("span", {}, label);
    tick.style.left = `${(x(age) / WIDTH) * 100}%`;
    return tick;
  });
  const slider = h("input", { type: "range", min: LEFT * STEPS, max: STEPS, "aria-label": "The account's clock, by the time since sending" });
  let touched = -Infinity;
  slider.addEventListener("input", () => {
    touched = performance.now();
    const time = sentAt + END * (Number(slider.value) / STEPS) ** 3;
    place(time);
    onmove(new Date(time));
  });

  /** Show the time of the account's clock. */
  function place(time) {
    const age = time - sentAt;
    marker.setAttribute("x1", x(age));
    marker.setAttribute("x2", x(age));
    const at = points.findLast((point) => point.age <= age);
    LINES.forEach(([, name], index) => {
      dots[index].forEach((dot) => dot.setAttribute("d", `M${x(age)},${y(at ? at.stats[name] : 0)}h0`));
    });
    slider.setAttribute("aria-valuetext", since(age));
    // While the slider is moved, late responses must not move it back.
    if (performance.now() - touched > HELD_MILLISECONDS) slider.value = Math.round(positionOf(age) * STEPS);
  }

  const legend = h("p.legend", {}, ...LINES.map(([label, , tint]) => h("span", {}, h(`i.${tint}`), label)),
    h("span.soft", {}, `of ${short(most)} recipients`));
  const element = h("div.growth", {}, legend, drawing, h("div.ticks", { "aria-hidden": "true" }, ...ticks), onmove ? slider : null);
  return { element, place };
}

/** Describe an age. */
export function since(age) {
  return `${duration(age / 1000)} ${age < 0 ? "before" : "after"} sending`;
}

function path(points, name, y) {
  return points.map(({ age, stats }, index) => `${index ? "L" : "M"}${x(age).toFixed(1)},${y(stats[name]).toFixed(1)}`).join("");
}

function summary(points) {
  const last = points.at(-1)?.stats;
  return last ? `Growth over 30 days, to ${LINES.map(([label, name]) => `${short(last[name])} ${label.toLowerCase()}`).join(", ")}` : "Growth";
}
