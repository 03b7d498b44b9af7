// The inputs of a scripted campaign: its steps in order, and what follows the last one.

import { button, field, h } from "./dom.js";

const ANSWERS = { stats: "Stats", reply: "Another reply", none: "A fault only" };
const THEN = { last: "Repeat the last step", loop: "Start again" };

/**
 * Create the inputs. `add` creates a field at a JSON pointer, `forget` removes those below one; `examples` has the
 * stats and the reply of a new step.
 */
export function scriptForm(script, { add, forget, changed, examples }) {
  let steps = structuredClone(script?.replies ?? [{ fault: { kind: "status", status: 503 }, times: 2 }, { stats: examples.stats }]);
  let parts = [];
  const list = h("ol.steps");
  const then = h("select", { onchange: changed }, ...Object.entries(THEN).map(([value, text]) => h("option", { value }, text)));
  then.value = script?.then ?? "last";

  function show() {
    forget("/script");
    parts = steps.map(stepInputs);
    list.replaceChildren(...parts.map(({ element }) => element));
  }
  function stepInputs(step, index) {
    const at = `/script/replies/${index}`;
    const answer = h("select", { onchange: () => change(() => { steps[index] = withAnswer(steps[index], answer.value); }) },
      ...Object.entries(ANSWERS).map(([value, text]) => h("option", { value }, text)));
    answer.value = step.stats ? "stats" : step.reply ? "reply" : "none";
    const content = answer.value === "none" ? null : json(step[answer.value], answer.value === "stats" ? 6 : 4);
    const fault = json(step.fault, 1);
    const times = h("input", { type: "number", min: 1, value: step.times ?? "", placeholder: "1" });
    const move = (to) => change(() => { steps.splice(to, 0, ...steps.splice(index, 1)); });
    const element = h("li.stack", {},
      h("div.row.heading", {}, h("h3", {}, `Step ${index + 1}`),
        index ? button("Earlier", () => move(index - 1), "button.quiet") : null,
        steps.length > 1 ? button("Remove", () => change(() => { steps.splice(index, 1); }), "button.quiet") : null),
      h("div.numbers", {}, field("Answer", answer), add(`${at}/times`, "Times", "", times)),
      content ? add(`${at}/${answer.value}`, answer.value, "", content) : null,
      add(`${at}/fault`, "Fault (optional)", "", fault, 'Such as {"kind": "reset"}'));
    return {
      element,
      value: () => entries([[answer.value, content && parsed(content.value)], ["fault", parsed(fault.value)], ["times", parsed(times.value)]]),
    };
  }
  function withAnswer({ stats, reply, ...rest }, kind) {
    return kind === "none" ? { fault: { kind: "status", status: 503 }, ...rest } : { ...rest, [kind]: { stats, reply }[kind] ?? examples[kind] };
  }
  /** Read the inputs, change the steps and show them again. */
  function change(edit) {
    steps = parts.map(({ value }) => value());
    edit();
    show();
    changed();
  }
  show();
  return {
    element: h("div.stack", {}, list, h("div.row", {}, button("Add a step", () => change(() => { steps.push({ stats: examples.stats }); }))), field("After the last step", then)),
    value: () => ({ replies: parts.map(({ value }) => value()), ...(then.value !== (script?.then ?? "last") || script?.then ? { then: then.value } : {}) }),
  };
}

function json(value, rows) {
  return h("textarea.code", { rows, value: value === undefined ? "" : JSON.stringify(value, null, rows > 1 ? 2 : 0), spellcheck: "false" });
}

/** Return an object of the entries that have a value. */
function entries(pairs) {
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined && value !== null));
}

function parsed(text) {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
