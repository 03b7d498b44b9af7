// The page: which view is shown, and what stands around it.

import { showAccounts } from "./accounts_view.js";
import { showBanners } from "./banners.js";
import { showBar } from "./bar.js";
import { showCampaigns } from "./campaigns_view.js";
import { endToast, h } from "./dom.js";
import { showDraft } from "./draft_view.js";
import { showFaults } from "./faults_view.js";
import { loadAccount, loadAccounts, loadHealth, loading } from "./load.js";
import { acceptDrops, showReport } from "./report_view.js";
import { showRequests } from "./requests_view.js";
import { on, state } from "./state.js";
import { follow } from "./stream.js";

const VIEWS = {
  campaigns: ["Campaigns", showCampaigns],
  requests: ["Requests", showRequests],
  faults: ["Faults", showFaults],
  accounts: ["Accounts", showAccounts],
  draft: ["Draft", showDraft],
  report: ["Report", showReport],
};
const LIVE = { connecting: "Connecting…", connected: "Live", disconnected: "The mock does not answer" };

let shown = null;

/** Shows the view that the address names: #campaigns, #campaigns/ID. A view that is shown already is told the rest. */
function route() {
  const [name, ...rest] = location.hash.slice(1).split("/").map(decoded);
  if (shown && location.hash && !VIEWS[name]) return; // a place in the view, such as #main
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
  endToast();
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
  document.getElementById("about").textContent = `migma-mock ${version}, under ${contract} ${contractVersion}`;
}

document.getElementById("views").append(...Object.entries(VIEWS).map(([name, [title]]) => h("a", { href: `#${name}` }, title)));
// Asked before anything is drawn, so that the answers come meanwhile.
const first = loading(loadAccount, loadAccounts, loadHealth);
on("live", null, showLive);
on("health", null, showAbout);
showLive();
showBar(document.getElementById("bar"));
showBanners(document.getElementById("banners"));
acceptDrops();
addEventListener("hashchange", route);
route();
// The requests of before may be many megabytes: unless they are what is looked at, they come after what is.
if (shown.view === "requests") follow();
else first.then(follow);
