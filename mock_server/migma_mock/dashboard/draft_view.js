// Draft a campaign: a form, the mock's judgement as you type, and the fixture file to copy.

import { call, callWithText, inAccount } from "./api.js";
import { growthChart } from "./curve.js";
import { button, copyButton, h, refill, throttled } from "./dom.js";
import { draftForm } from "./draft_form.js";
import { count } from "./format.js";
import { funnel } from "./funnel.js";
import { codeBlock } from "./json_view.js";
import { accountNow, loadCampaigns, loading } from "./load.js";
import { problemList } from "./problems.js";
import { state } from "./state.js";

const CHECK_MILLISECONDS = 150;

/** Shows the form; the rest of the address is the id of a campaign to begin with. */
export function showDraft(root, signal, [first]) {
  let form = null;
  let asked = 0;
  const verdict = h("p.verdict", { role: "status" });
  const problems = h("div");
  const picture = h("div");
  const file = h("div");
  const put = button("Put into account", putIt, "button.primary");
  const place = h("section.card.stack", { "aria-label": "Draft" });
  root.append(h("div.split.even", {}, place,
    h("section.card.stack", { "aria-label": "What comes of it" }, verdict, problems, h("div.row", {}, put, copyButton(() => form.text(), "Copy fixture file")), picture, file)));
  const checkSoon = throttled(() => loading(check), CHECK_MILLISECONDS);

  async function start(id) {
    const [members, openapi, campaign] = await Promise.all([
      call("GET", "/members"), call("GET", "/openapi.json"), id ? call("GET", inAccount(state.account, "campaigns", id)) : null,
    ]);
    form = draftForm({ members, growth: openapi.components.schemas.GrowthFile.properties }, campaign, checkSoon);
    place.replaceChildren(h("h2", {}, id ? "Edit a campaign" : "Draft a campaign"), ...form.elements);
    await check();
  }
  async function check() {
    if (signal.aborted || !form) return;
    const number = (asked += 1);
    const result = await judged(form.text());
    if (number !== asked || signal.aborted) return;
    const found = result.problems;
    form.mark(found);
    put.disabled = found.length > 0;
    verdict.className = found.length ? "verdict bad" : "verdict ok";
    verdict.textContent = found.length ? `${count(found.length, "problem")}: it cannot be put like this.` : "Coherent, and within the contract.";
    refill(problems, found.length ? problemList(found) : null);
    refill(picture, ...(found.length ? typed() : pictures(result)));
    refill(file, h("h3", {}, "Fixture file"), codeBlock(form.text(), "Fixture file"));
  }
  function typed() {
    const stats = form.stats();
    return stats ? [funnel(stats)] : [];
  }
  async function putIt() {
    const { id } = JSON.parse(form.text());
    await callWithText("PUT", inAccount(state.account, "campaigns", id), form.text());
    await loadCampaigns();
    location.hash = `#campaigns/${encodeURIComponent(id)}`;
  }
  loading(() => start(first));
  return ([id]) => loading(() => start(id));
}

async function judged(text) {
  try {
    JSON.parse(text);
  } catch (error) {
    return { problems: [{ pointer: "", message: error.message }] }; // half typed: there is nothing to ask yet
  }
  try {
    return await callWithText("POST", inAccount(state.account, "drafts"), text);
  } catch (error) {
    if (error.status !== 422) throw error;
    return { problems: error.problems }; // a name twice, which only the server tells
  }
}

function pictures({ campaign, answer, curve }) {
  if (curve) {
    const chart = growthChart(curve);
    chart.place(accountNow());
    return [h("h3", {}, "Growth"), chart.element];
  }
  if (campaign.stats) return [funnel(campaign.stats)];
  return [h("h3", {}, `Answer: ${answer.status}`), codeBlock(answer.body, "Answer")];
}
