// The hints below form fields, from the descriptions of JSON schemas.

import { h } from "./dom.js";

/** Return the hint of a schema. An empty field is omitted from the JSON; if that differs from null, type null. */
export function hintOf({ description = "", default: fallback = null }) {
  const text = description.replace("null: ", fallback === null ? "empty: " : "the word null: ");
  return text.split("`").map((part, index) => (index % 2 ? h("code", {}, part) : part));
}
