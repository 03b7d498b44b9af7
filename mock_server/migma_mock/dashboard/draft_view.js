// The Draft view: a form that the mock checks as you type, and the fixture file to copy.

import { call, callWithText, inAccount } from "./api.js";
import { growthChart } from "./curve.js";
import { button, copyButton, downloadButton, h, refill, throttled, toast } from "./dom.js";
import { draftForm } from "./draft_form.js";
import { count } from "./format.js";
import { funnel } from "./funnel.js";
import { codeBlock } from "./json_view.js";
import { accountNow, healthKnown, loadCampaigns, loadConnection, loading } from "./load.js";
import { problemList } from "./problems.js";
import { state } from "./state.js";

const CHECK_MILLISECONDS = 150;

/** Show the form. The rest of the address is the id of the campaign to edit. */
export function showDraft(root, signal, [first]) {
  let form = null;
  let lastCheck = 0;
  const verdict = h("p.verdict", { role: "status" });
  const problems = h("div");
  const picture = h("div");
  const file = h("div");
  const saveButton = button("Save to account (until the mock stops)", save, "button.primary");
  const keepButton = button("Save to the fixtures folder", keep, "button.primary");
  const folder = h("p.soft");
  const place = h("section.card.stack", { "aria-label": "Draft" });
  root.append(h("div.split.even", {}, place,
    h("section.card.stack", { "aria-label": "Result" }, verdict, problems, h("div.row", {}, keepButton, saveButton,
      downloadButton(() => [idOf(form.text()), form.text()]), copyButton(() => form.text(), "Copy fixture file")), folder, picture, file)));
  const checkSoon = throttled(() => loading(check), CHECK_MILLISECONDS);

  async function start(id) {
    const [fields, openapi, campaign] = await Promise.all([
      call("GET", "/stats-fields"), call("GET", "/openapi.json"), id ? call("GET", inAccount(state.account, "campaigns", id)) : null,
      healthKnown(), loadConnection(),
    ]);
    showFolder();
    form = draftForm({ fields, growth: openapi.components.schemas.GrowthFile.properties }, campaign, checkSoon);
    place.replaceChildren(h("h2", {}, id ? "Edit a campaign" : "Draft a campaign"), ...form.elements);
    await check();
  }
  async function check() {
    if (signal.aborted || !form) return;
    const number = (lastCheck += 1);
    const result = await checkText(form.text());
    if (number !== lastCheck || signal.aborted) return;
    const found = result.problems;
    form.showProblems(found);
    saveButton.disabled = found.length > 0;
    keepButton.disabled = found.length > 0;
    verdict.className = found.length ? "verdict bad" : "verdict ok";
    verdict.textContent = found.length ? `${count(found.length, "problem")} to fix before the campaign can be saved.` : "Valid: it matches the contract.";
    refill(problems, found.length ? problemList(found) : null);
    refill(picture, ...(found.length ? statsPicture() : pictures(result)));
    refill(file, h("h3", {}, "Fixture file"), codeBlock(form.text(), "Fixture file"));
  }
  function statsPicture() {
    const stats = form.stats();
    return stats ? [funnel(stats)] : [];
  }
  function showFolder() {
    const name = state.connection?.fixturesFolder;
    keepButton.hidden = !name;
    saveButton.classList.toggle("primary", !name);
    folder.replaceChildren(...(name ? ["The fixtures folder is ", h("code", {}, name), "."]
      : ["To save files from here, start the mock with ", h("code", {}, "--fixtures FOLDER"), "."]));
  }
  async function keep() {
    const id = idOf(form.text());
    const { file } = await callWithText("PUT", `/fixture-files/${encodeURIComponent(id)}`, form.text());
    location.hash = `#campaigns/${encodeURIComponent(id)}`;
    await loadCampaigns();
    toast(`Saved as ${file}.`);
  }
  async function save() {
    const id = idOf(form.text());
    await callWithText("PUT", inAccount(state.account, "campaigns", id), form.text());
    await loadCampaigns();
    location.hash = `#campaigns/${encodeURIComponent(id)}`;
  }
  loading(() => start(first));
  return ([id]) => loading(() => start(id));
}

function idOf(text) {
  try {
    return JSON.parse(text).id;
  } catch {
    return "";
  }
}

async function checkText(text) {
  try {
    JSON.parse(text);
  } catch (error) {
    return { problems: [{ pointer: "", message: `not valid JSON: ${error.message}` }] }; // not complete yet: nothing to send
  }
  try {
    return await callWithText("POST", inAccount(state.account, "drafts"), text);
  } catch (error) {
    if (error.status !== 422) throw error;
    return { problems: error.problems }; // such as a duplicate name, which JSON.parse() accepts
  }
}

function pictures({ campaign, reply, curve }) {
  if (curve) {
    const chart = growthChart(curve);
    chart.place(accountNow());
    return [h("h3", {}, "Growth"), chart.element];
  }
  if (campaign.stats) return [funnel(campaign.stats)];
  return [h("h3", {}, `Reply: ${reply.status}`), codeBlock(reply.body, "Reply")];
}
