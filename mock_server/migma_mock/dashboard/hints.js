// The hints below form fields, from the descriptions of JSON schemas.

/** Return the hint of a schema. An empty field is omitted from the JSON; if that differs from null, type null. */
export function hintOf({ description = "", default: fallback = null }) {
  return description.replace("null: ", fallback === null ? "empty: " : "the word null: ");
}
