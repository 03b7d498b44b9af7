// What the mock found wrong, as it says it.

import { h } from "./dom.js";

/** A list of problems; an error without any is one itself. */
export function problemList(problems) {
  return h("ul.problems", {}, ...problems.map((problem) => h("li", {}, ...sentence(problem))));
}

function sentence(problem) {
  const { pointer, message } = problem;
  return [...(pointer ? [h("code", {}, pointer), ": "] : []), message];
}
