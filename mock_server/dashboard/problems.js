// What the mock found wrong, as it says it.

import { h } from "./dom.js";

/** A list of problems; an error without any is one itself. */
export function problemList(problems) {
  return h("ul.problems", {}, ...problems.map((problem) => h("li", {}, ...sentence(problem))));
}

/** A problem in words, without its place. */
export function expectedAndGot({ expected, got }) {
  return `expected ${expected}, got ${got}`;
}

function sentence(problem) {
  if (problem.expected === undefined) return [problem.message];
  return [problem.pointer ? h("code", {}, problem.pointer) : null, problem.pointer ? ": " : "", expectedAndGot(problem)].filter(Boolean);
}
