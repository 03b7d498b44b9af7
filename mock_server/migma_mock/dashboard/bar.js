// The bar below the header: the selected account, its key and its clock.

import { call, inAccount } from "./api.js";
import { button, copyButton, h, toast } from "./dom.js";
import { moment } from "./format.js";
import { accountNow, loadCampaigns, loading, selectAccount, setClock } from "./load.js";
import { on, state } from "./state.js";

const HOUR = 3600;

/** Show the bar and keep it up to date. */
export function showBar(bar) {
  const select = h("select", { id: "account", onchange: () => loading(() => selectAccount(select.value)) });
  const key = h("span.key");
  const time = h("time.clock", { id: "clock" });
  const freeze = button("Freeze", () => changeClock({ frozen: !state.clock.frozen }), "button.quiet");
  bar.append(
    h("div.row", {}, h("label", { for: "account" }, "Account"), select, key),
    h("div.row", {}, h("span.soft", {}, "Clock"), time, freeze,
      button("+1 h", () => changeClock({ advanceSeconds: HOUR }), "button.quiet"),
      button("+1 d", () => changeClock({ advanceSeconds: 24 * HOUR }), "button.quiet"),
      button("Real time", () => changeClock({ set: new Date().toISOString(), frozen: false }), "button.quiet")));

  function showAccounts() {
    select.replaceChildren(...state.accounts.map(({ id, name }) => h("option", { value: id }, name ? `${name} (${id})` : id)));
    select.value = state.account;
    const keys = state.accounts.find(({ id }) => id === state.account)?.keys;
    key.replaceChildren(...(keys ? [copyButton(() => keys.working, "Copy key")] : []));
  }
  function showTime() {
    if (!state.clock) return;
    const now = new Date(accountNow());
    time.textContent = `${moment(now)} UTC`;
    time.dateTime = now.toISOString();
    time.classList.toggle("frozen", state.clock.frozen);
    freeze.textContent = state.clock.frozen ? "Resume" : "Freeze";
  }
  on("accounts", null, showAccounts);
  on("clock", null, showTime);
  setInterval(showTime, 1000);
}

let pending = null;
let isChanging = false;

/** Change the account's clock. If several changes wait, only the latest is sent. */
export async function changeClock(change) {
  pending = change;
  if (isChanging) return;
  isChanging = true;
  try {
    while (pending) {
      const next = pending;
      pending = null;
      setClock(await call("PATCH", inAccount(state.account, "clock"), next));
    }
  } catch (error) {
    toast(error.message);
  } finally {
    isChanging = false;
  }
  await loading(loadCampaigns);
}
