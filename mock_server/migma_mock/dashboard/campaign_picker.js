// An input for the id of a campaign, which suggests the campaigns of the account.

import { field, freshId, h } from "./dom.js";
import { on, state } from "./state.js";

const MOST_SUGGESTED = 100;

/** Return the input; value() is the id, undefined if it is empty. Any id is allowed, also one that no campaign has. */
export function campaignPicker(signal, first = "") {
  const suggestions = h("datalist", { id: freshId("campaigns") });
  const title = h("span.hint", { role: "status" });
  const input = h("input", {
    type: "text", list: suggestions.id, value: first, placeholder: "all replies of the account", autocomplete: "off", spellcheck: "false", oninput: show,
  });

  function show() {
    const previews = state.previews ?? [];
    const words = input.value.toLowerCase();
    const fitting = previews.filter((each) => `${each.title} ${each.id}`.toLowerCase().includes(words));
    suggestions.replaceChildren(...fitting.slice(0, MOST_SUGGESTED).map((each) => h("option", { value: each.id }, each.title)));
    const chosen = previews.find(({ id }) => id === input.value);
    title.textContent = chosen?.title ?? (input.value && state.previews ? "No campaign of this account has this id." : "");
  }
  on("campaigns", signal, show);
  show();
  return {
    element: field("Campaign", input, suggestions, title),
    value: () => input.value || undefined,
    set(id) {
      input.value = id;
      show();
    },
  };
}
