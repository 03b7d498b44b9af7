// Draws the funnel of a campaign: sent → delivered → opened → clicked.

import { h, s } from "./dom.js";
import { percent, short, whole } from "./format.js";

const STAGES = [
  ["Sent", "totalSent", null],
  ["Delivered", "totalDelivered", "totalSent"],
  ["Opened", "uniqueOpens", "totalDelivered"],
  ["Clicked", "uniqueClicks", "totalDelivered"],
];
const WIDTH = 100;
const BAR = 68;
const HEIGHT = 100;

function stagesOf(stats) {
  const values = STAGES.map(([, name]) => Number(stats[name]) || 0);
  const most = Math.max(...values, 1);
  return STAGES.map(([label, name, base], index) => ({
    label,
    value: values[index],
    of: base && { value: Number(stats[base]) || 0, label: base === "totalSent" ? "of sent" : "of delivered" },
    height: values[index] <= 0 ? 0 : Math.max((values[index] / most) * HEIGHT, 0.8),
  }));
}

function describe(stages) {
  return stages.map(({ label, value }) => `${label.toLowerCase()} ${whole(value)}`).join(", ");
}

/** Return the funnel with its numbers above it. */
export function funnel(stats) {
  const stages = stagesOf(stats);
  const shapes = stages.flatMap(({ height }, index) => {
    const left = index * WIDTH;
    const next = stages[index + 1];
    const bar = s(`rect.f${index}`, { x: left, y: HEIGHT - height, width: BAR, height });
    if (!next) return [bar];
    const points = [[left + BAR, HEIGHT - height], [left + WIDTH, HEIGHT - next.height], [left + WIDTH, HEIGHT], [left + BAR, HEIGHT]];
    return [s(`polygon.flow.f${index}`, { points: points.join(" ") }), bar];
  });
  const base = s("line.base", { x1: 0, x2: 3 * WIDTH + BAR, y1: HEIGHT, y2: HEIGHT });
  const drawing = s("svg", {
    viewBox: `0 0 ${4 * WIDTH} ${HEIGHT + 1}`, preserveAspectRatio: "none", role: "img", "aria-label": `Funnel: ${describe(stages)}`,
  }, ...shapes, base);
  const numbers = stages.map(({ label, value, of }) => h("div", {},
    h("dt", {}, label),
    h("dd", {}, h("strong", { title: whole(value) }, short(value)),
      h("span.soft", {}, of ? `${percent(value, of.value)} ${of.label}` : "\u00a0"))));
  return h("div.funnel", {}, h("dl", {}, ...numbers), drawing);
}

/** Return a small funnel without numbers, for lists. */
export function smallFunnel(stats) {
  const bars = stagesOf(stats).map(({ height }, index) => (
    s(`rect.f${index}`, { x: index * 11, y: 24 - height * 0.24, width: 9, height: height * 0.24 })));
  return s("svg.small-funnel", { viewBox: "0 0 42 25", "aria-hidden": "true" },
    ...bars, s("line.base", { x1: 0, x2: 42, y1: 24.5, y2: 24.5 }));
}
