// Accounts: make one, show another, reset and delete.

import { call, inAccount } from "./api.js";
import { button, carefulButton, checkbox, copyButton, field, h, refill, toast } from "./dom.js";
import { count } from "./format.js";
import { choose, loadAccount, loadAccounts, loading } from "./load.js";
import { on, state } from "./state.js";
import { problemList } from "./problems.js";

const PAGE = 50;

/** Shows every account. */
export function showAccounts(root, signal) {
  let limit = PAGE;
  const name = h("input", { type: "text", maxlength: 200, autocomplete: "off" });
  const plan = h("input", { type: "text", value: "unlimited", list: "plans", autocomplete: "off" });
  const plans = h("datalist", { id: "plans" }, ...["unlimited", "free", "pro", "25/min"].map((value) => h("option", { value })));
  const empty = checkbox("Without campaigns", { checked: false });
  const problems = h("div", { role: "alert" });
  const made = h("p.soft", { role: "status" });
  const list = h("ul.accounts");
  const more = button("Show more", () => { limit += PAGE; show(); }, "button.wide");
  root.append(
    h("form.card.stack", { onsubmit: (event) => { event.preventDefault(); make(); } },
      h("h2", {}, "New account"),
      h("p.soft", {}, "Campaigns, clock, faults, quota and journal of its own, behind keys of its own."),
      h("div.filters", {}, field("Name", name), field("Plan", plan), plans), problems,
      h("div.row", {}, h("button.primary", { type: "submit" }, "Create"), empty), made),
    h("h2", {}, "Accounts"), list, more);

  async function make() {
    problems.replaceChildren();
    made.textContent = "";
    try {
      const isEmpty = empty.querySelector("input").checked;
      const account = await call("POST", "/accounts", { name: name.value, plan: plan.value, empty: isEmpty });
      name.value = "";
      await loadAccounts();
      await choose(account.id);
      made.textContent = `${account.id} was made, and is shown from now on.`;
    } catch (error) {
      problems.replaceChildren(problemList(error.problems?.length ? error.problems : [error]));
    }
  }
  function show() {
    refill(list, ...state.accounts.slice(0, limit).map(card));
    more.hidden = state.accounts.length <= limit;
  }
  on("accounts", signal, show);
  show();
  loading(loadAccounts);
}

function card({ id, name, keys, campaigns, requests, armedFaults }) {
  const isShown = id === state.account;
  const secrets = keys ? Object.entries({ working: keys.working, revoked: keys.revoked, "without permission": keys.withoutPermission }) : [];
  return h(isShown ? "li.card.shown" : "li.card", {},
    h("div.row.heading", {}, h("h3", {}, name || id), name ? h("code.soft", {}, id) : null, isShown ? h("span.chip", {}, "shown") : null),
    h("p.soft", {}, `${count(campaigns, "campaign")}, ${count(requests, "request")}, ${count(armedFaults, "fault")} armed`),
    keys ? h("dl.keys", {}, ...secrets.map(([label, key]) => h("div", {}, h("dt", {}, label), h("dd", {}, h("code", {}, key), copyButton(() => key)))))
      : h("p.soft", {}, "Its keys are in keys.json of the fixtures."),
    h("div.row", {},
      isShown ? null : button("Show", () => choose(id)),
      carefulButton("Reset", "Really begin anew?", async () => {
        await call("POST", inAccount(id, "reset"));
        await Promise.all([loadAccounts(), loadAccount()]);
        toast(`${id} begins anew.`);
      }),
      keys ? carefulButton("Delete", "Really delete it?", async () => {
        await call("DELETE", inAccount(id));
        await loadAccounts();
      }) : null));
}
