// The Accounts view: create, select, reset and delete accounts.

import { call, inAccount } from "./api.js";
import { button, checkbox, confirmButton, copyButton, field, h, refill, toast } from "./dom.js";
import { count } from "./format.js";
import { loadAccount, loadAccounts, loading, selectAccount } from "./load.js";
import { on, state } from "./state.js";
import { problemList } from "./problems.js";

const PAGE = 50;

/** Show every account. */
export function showAccounts(root, signal) {
  let limit = PAGE;
  const name = h("input", { type: "text", maxlength: 200, autocomplete: "off" });
  const plan = h("input", { type: "text", value: "unlimited", list: "plans", autocomplete: "off" });
  const plans = h("datalist", { id: "plans" }, ...["unlimited", "free", "pro", "25/min", "100/min,1000/day"].map((value) => h("option", { value })));
  const empty = checkbox("Without campaigns", { checked: false });
  const problems = h("div", { role: "alert" });
  const created = h("p.soft", { role: "status" });
  const list = h("ul.accounts");
  const more = button("Show more", () => { limit += PAGE; show(); }, "button.wide");
  root.append(
    h("form.card.stack", { onsubmit: (event) => { event.preventDefault(); create(); } },
      h("h2", {}, "New account"),
      h("p.soft", {}, "Each account has its own keys, campaigns, clock, faults, rate limit and journal."),
      h("div.filters", {}, field("Name", name), field("Plan", plan), plans), problems,
      h("div.row", {}, h("button.primary", { type: "submit" }, "Create"), empty), created),
    h("h2", {}, "Accounts"), list, more);

  async function create() {
    problems.replaceChildren();
    created.textContent = "";
    try {
      const isEmpty = empty.querySelector("input").checked;
      const account = await call("POST", "/accounts", { name: name.value, plan: plan.value, empty: isEmpty });
      name.value = "";
      await loadAccounts();
      await selectAccount(account.id);
      created.textContent = `Created ${account.id}. The dashboard now shows it.`;
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
      : h("p.soft", {}, "Its keys are in keys.json in the fixtures."),
    h("div.row", {},
      isShown ? null : button("Show", () => selectAccount(id)),
      confirmButton("Reset", "Reset this account?", async () => {
        await call("POST", inAccount(id, "reset"));
        await Promise.all([loadAccounts(), loadAccount()]);
        toast(`${id} was reset.`);
      }),
      keys ? confirmButton("Delete", "Delete this account?", async () => {
        await call("DELETE", inAccount(id));
        await loadAccounts();
      }) : null));
}
