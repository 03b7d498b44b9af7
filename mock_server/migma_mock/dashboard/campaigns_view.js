// The Campaigns view: the list, and the selected campaign.

import { campaignDetail } from "./campaign_detail.js";
import { connectCard } from "./connect_card.js";
import { button, h, refill } from "./dom.js";
import { count, tone } from "./format.js";
import { smallFunnel } from "./funnel.js";
import { on, state } from "./state.js";

const PAGE = 60;

/** Show the campaigns. The rest of the address is the id of the selected one. */
export function showCampaigns(root, signal, [first]) {
  let id = first;
  let limit = PAGE;
  let detail = null;
  const search = h("input", { type: "search", placeholder: "Title, id or kind", "aria-label": "Search campaigns", oninput: () => { limit = PAGE; list(); } });
  const found = h("p.soft", { role: "status" });
  const items = h("ul.items", {});
  const place = h("article.detail", { "aria-live": "off" });
  root.append(connectCard(signal, Boolean(first)), h("div.split", {},
    h("section.list", { "aria-label": "Campaigns" }, h("h2", {}, "Campaigns"),
      h("div.row", {}, search, h("a.button", { href: "#draft" }, "New")), found, items),
    place));

  function list() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!state.previews) return;
    const matching = state.previews.filter(({ title, id: own, kind, status }) => {
      const text = `${title} ${own} ${kind} ${status}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const isNone = state.previews.length > 0 && !matching.length;
    found.textContent = isNone ? "No campaign matches this search." : `${count(matching.length, "campaign")}${matching.length > limit ? `, ${limit} shown` : ""}`;
    const shown = matching.slice(0, limit);
    refill(items, ...shown.flatMap((preview, index) => [heading(shown, index), item(preview, preview.id === chosen()?.id)]),
      matching.length > limit ? h("li", {}, button("Show more", () => { limit += 2 * PAGE; list(); }, "button.wide")) : null);
  }
  function chosen() {
    return state.previews.find((preview) => preview.id === id) ?? (id ? null : state.previews[0]);
  }
  function show() {
    root.classList.toggle("has-choice", Boolean(id));
    if (!state.previews) return;
    const preview = chosen();
    if (!preview) {
      detail?.leave();
      detail = null;
      place.replaceChildren(h("p.empty", {}, ...(id ? [`This account has no campaign ${id}. `, h("a", { href: "#campaigns" }, "Show its campaigns.")]
        : ["This account has no campaigns. ", h("a", { href: "#draft" }, "Draft one"), ", or start the mock with your own fixture files: ", h("code", {}, "--fixtures FOLDER"), "."])));
    } else if (detail?.id === preview.id && detail.account === state.account) detail.update(preview);
    else {
      detail?.leave();
      detail = campaignDetail(preview);
      place.replaceChildren(detail.element);
    }
  }
  on("campaigns", signal, () => { list(); show(); });
  on("clock", signal, () => detail?.tick());
  const ticking = setInterval(() => detail?.tick(), 1000);
  signal.addEventListener("abort", () => { clearInterval(ticking); detail?.leave(); });
  list();
  show();
  return ([next]) => {
    id = next;
    list();
    show();
    if (next && matchMedia("(max-width: 52rem)").matches) scrollTo(0, 0);
  };
}

/** Return the heading before the first campaign of the user and before the first built-in one, if there are both. */
function heading(shown, index) {
  const { builtIn } = shown[index];
  const isFirst = index === 0 || shown[index - 1].builtIn !== builtIn;
  return isFirst && shown[0].builtIn !== shown.at(-1).builtIn ? h("li.group", {}, builtIn ? "Built-in" : "Your own") : null;
}

function item({ id, title, kind, status, stats }, isChosen) {
  const picture = stats && status < 400 ? smallFunnel(stats) : h(`span.status.${tone(status)}`, {}, String(status));
  const note = { growth: "grows over time", script: "scripted replies", reply: `always ${status}`, stats: "" }[kind];
  return h("li", {}, h("a.item", { href: `#campaigns/${encodeURIComponent(id)}`, "data-key": id, "aria-current": isChosen ? "true" : null },
    h("span.picture", {}, picture),
    h("span.words", {}, h("span.title", {}, title), h("code.soft", {}, id), note ? h("span.note", {}, note) : null)));
}
