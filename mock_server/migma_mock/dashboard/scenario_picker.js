// Arms a scenario by its name, and says what a client should do about it.

import { call, inAccount } from "./api.js";
import { button, h, toast } from "./dom.js";
import { loadFaults, loading } from "./load.js";
import { state } from "./state.js";

let catalogue = null;

/** Create the picker; `campaign()` returns the id of the campaign that it is for, or undefined for all. */
export function scenarioPicker(campaign) {
  const about = h("div.about", { "aria-live": "polite" });
  const select = h("select", { "aria-label": "Scenario", onchange: show });
  const chosen = () => catalogue.find(({ name }) => name === select.value);

  function show() {
    const { happens, clientShould, verdict, rules } = chosen();
    const found = verdict === "drift" ? ` It is drift: the check names ${rules.join(", ")}.` : "";
    about.replaceChildren(h("p", {}, happens + found), h("p.soft", {}, `What a client should do: ${clientShould}`));
  }
  async function start() {
    catalogue ??= await call("GET", "/scenarios");
    select.replaceChildren(...catalogue.map(({ name, title }) => h("option", { value: name }, `${name}: ${title}`)));
    show();
  }
  loading(start);
  return h("div.presets", { role: "group", "aria-label": "Scenarios" }, h("span.soft", {}, "Scenarios"),
    select, button("Arm scenario", () => armScenario(select.value, campaign())), about);
}

async function armScenario(name, campaign) {
  const { faults } = await call("POST", inAccount(state.account, "scenarios"), campaign === undefined ? { name } : { name, campaign });
  await loadFaults();
  toast([`Armed: ${name}.`, ...new Set(faults.flatMap(({ warnings }) => warnings))].join(" "));
}
