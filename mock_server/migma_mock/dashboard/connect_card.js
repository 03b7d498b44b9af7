// The Connect card: base URLs, keys and a command, to copy into a client.

import { MOCK } from "./api.js";
import { copyButton, h } from "./dom.js";
import { codeBlock } from "./json_view.js";
import { curl } from "./snippets.js";
import { on, state } from "./state.js";

let isOpen = null;

/** Return the card of the selected account. It is open at first unless a campaign is shown, and then stays as it is. */
export function connectCard(signal, hasCampaign) {
  const place = h("div.stack");
  const card = h("details.card.connect", { open: isOpen ?? !hasCampaign, ontoggle: () => { isOpen = card.open; show(); } },
    h("summary", {}, "Connect a client"), place);

  function show() {
    // Without content, a closed card has nothing for screen readers and searches to find.
    const connection = card.open ? state.connection : null;
    place.replaceChildren(...(connection ? content(connection) : []));
  }
  on("connection", signal, show);
  show();
  return card;
}

function content({ versionPath, keys, request }) {
  const command = curl(request);
  return [
    h("dl.connection", {},
      line("Base URL", MOCK), versionPath ? line("SDK base URL", MOCK + versionPath) : null,
      ...keys.map(({ effect, key, isShown }) => line(effect, key, isShown))),
    h("div.row", {}, h("b", {}, "curl"), copyButton(() => command)),
    codeBlock(command, "A request with curl", { json: false }),
  ];
}

function line(label, value, canCopy = true) {
  return h("div", {}, h("dt", {}, label), h("dd", {}, h("code", {}, value),
    canCopy ? copyButton(() => value) : h("span.soft", {}, "A key of your own, not shown")));
}
