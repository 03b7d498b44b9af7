// Shows problems as the mock reports them.

import { h } from "./dom.js";

/** Return a list of problems, or of errors without problems. */
export function problemList(problems) {
  return h("ul.problems", {}, ...problems.map(({ pointer, message }) => (
    h("li", {}, ...(pointer ? [h("code", {}, pointer), ": "] : []), message))));
}
