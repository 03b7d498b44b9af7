// The page: selects the view by the address and fills the header and the footer.

import { showAccounts } from "./accounts_view.js";
import { showBanners } from "./banners.js";
import { showBar } from "./bar.js";
import { showCampaigns } from "./campaigns_view.js";
import { clearToast, h } from "./dom.js";
import { showDraft } from "./draft_view.js";
import { showFaults } from "./faults_view.js";
import { healthKnown, loadAccount, loadAccounts, loading } from "./load.js";
import { showRequests } from "./requests_view.js";
import { on, state } from "./state.js";
import { follow } from "./stream.js";

const VIEWS = {
  campaigns: ["Campaigns", showCampaigns],
  requests: ["Requests", showRequests],
  faults: ["Faults", showFaults],
  accounts: ["Accounts", showAccounts],
  draft: ["Draft", showDraft],
};
const LIVE = { connecting: "Connecting…", connected: "Live", disconnected: "No connection to the mock" };

let shown = null;

/** Show the view that the address names: #campaigns, #campaigns/ID. A view that is shown already gets the rest. */
function route() {
  const [name, ...rest] = location.hash.slice(1).split("/").map(decoded);
  if (shown && location.hash && !VIEWS[name]) return; // a link within the page, such as #main
  const view = VIEWS[name] ? name : "campaigns";
  for (const link of document.querySelectorAll("#views a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown?.view === view && shown.update) {
    shown.update(rest);
    return;
  }
  shown?.leave.abort();
  clearToast();
  const leave = new AbortController();
  const root = h("div.view");
  const [title, show] = VIEWS[view];
  document.title = `${title} · migma-mock`;
  document.getElementById("main").replaceChildren(root);
  shown = { view, leave, update: show(root, leave.signal, rest) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function showLive() {
  const element = document.getElementById("live");
  element.className = `live ${state.live}`;
  element.textContent = LIVE[state.live];
}

function showAbout() {
  const { version, contract, contractVersion } = state.health;
  document.getElementById("about").textContent = `migma-mock ${version} · contract: ${contract} ${contractVersion}`;
}

document.getElementById("views").append(...Object.entries(VIEWS).map(([name, [title]]) => h("a", { href: `#${name}` }, title)));
// Requested before anything is drawn, to save time.
const first = loading(loadAccount, loadAccounts, healthKnown);
on("live", null, showLive);
on("health", null, showAbout);
showLive();
showBar(document.getElementById("bar"));
showBanners(document.getElementById("banners"));
addEventListener("hashchange", route);
route();
// Earlier requests can be many megabytes: unless their view is shown, load them after the shown view.
if (shown.view === "requests") follow();
else first.then(follow);
