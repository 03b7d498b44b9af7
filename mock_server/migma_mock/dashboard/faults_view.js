// The Faults view: arm a fault, see the armed ones, disarm them.

import { call } from "./api.js";
import { disarm, grouped, groupText } from "./armed.js";
import { campaignPicker } from "./campaign_picker.js";
import { field, h, refill } from "./dom.js";
import { faultFields } from "./fault_fields.js";
import { count } from "./format.js";
import { loading } from "./load.js";
import { arm, presetButtons } from "./presets.js";
import { problemList } from "./problems.js";
import { scenarioPicker } from "./scenario_picker.js";
import { on, state } from "./state.js";

let catalogue = null;

/** Show the faults of the account. */
export function showFaults(root, signal, [first]) {
  const campaign = campaignPicker(signal, first);
  const kind = h("select", { id: "kind", onchange: showKind });
  const about = h("div.about");
  const fields = h("div.fields");
  const problems = h("div", { role: "alert" });
  const armed = h("ul.armed");
  const heading = h("h2", { "aria-live": "polite" });
  const submit = h("button.primary", { type: "submit", disabled: true }, "Arm");
  let form = null;
  root.append(h("div.split.even", {},
    h("form.card.stack", { onsubmit: (event) => { event.preventDefault(); armForm(); } },
      h("h2", {}, "Arm a fault"), campaign.element, ...presetButtons(campaign.value), scenarioPicker(campaign.value), field("Kind", kind), about, fields, problems,
      h("div.row", {}, submit, h("span.soft.target"))),
    h("section.card.stack", { "aria-label": "Armed faults" }, heading, armed)));

  async function start() {
    if (!catalogue) {
      const [kinds, openapi] = await Promise.all([call("GET", "/faults"), call("GET", "/openapi.json")]);
      catalogue = { kinds: new Map(kinds.map((each) => [each.kind, each])), schemas: openapi.components.schemas };
    }
    kind.replaceChildren(...[...catalogue.kinds.keys()].map((name) => h("option", { value: name }, name)));
    showKind();
  }
  function showKind() {
    const { description, clientSees, example } = catalogue.kinds.get(kind.value);
    about.replaceChildren(h("p", {}, description), h("p.soft", {}, `What a client gets: ${clientSees}.`));
    form = faultFields(catalogue.schemas, kind.value, example);
    fields.replaceChildren(...form.elements);
    problems.replaceChildren();
    submit.disabled = false;
  }
  async function armForm() {
    problems.replaceChildren();
    try {
      const id = campaign.value();
      await arm({ kind: kind.value, ...(id === undefined ? {} : { campaign: id }), ...form.value() });
    } catch (error) {
      problems.replaceChildren(problemList(error.problems.length ? error.problems : [error]));
    }
  }
  function show() {
    root.querySelector(".target").textContent = `in ${state.account}`;
    const title = titleOf(state.faults);
    if (heading.textContent !== title) heading.textContent = title; // screen readers announce it only if it changes
    refill(armed, state.faults.length ? grouped(state.faults).map(line) : h("li.empty", {}, "The mock replies as its campaigns say. An armed fault changes the next replies."));
  }
  on("faults accounts", signal, show);
  show();
  loading(start);
  return ([id]) => campaign.set(id ?? "");
}

function titleOf(faults) {
  if (!faults.length) return "No faults armed";
  const warned = faults.filter(({ warnings }) => warnings.length).length;
  return count(faults.length, "fault") + (warned ? `, ${warned} with a warning` : "");
}

function line(group) {
  const id = group[0].scenario ?? group[0].id;
  const exhausted = group.every((each) => each.exhausted);
  const warnings = new Set(group.flatMap((each) => each.warnings));
  return h(exhausted ? "li.exhausted" : "li", {},
    h("div", {}, h("code", {}, groupText(group)), h("p.soft", {}, `${counts(group)}${exhausted ? ", exhausted" : ""}`),
      ...[...warnings].map((warning) => h("p.warning", {}, warning))),
    h("button.quiet", {
      type: "button",
      "data-key": group[0].id,
      "aria-label": `${exhausted ? "Remove" : "Disarm"} ${id}`,
      onclick: () => loading(() => disarm(group)),
    }, exhausted ? "Remove" : "Disarm"));
}

function counts(group) {
  if (group.length > 1) return group.map(({ id, eligible, applied }) => `${id}: applied to ${applied} of ${eligible}`).join("; ");
  const [{ id, eligible, applied }] = group;
  return `${id}: applied to ${applied} of ${eligible} eligible ${eligible === 1 ? "reply" : "replies"}`;
}
