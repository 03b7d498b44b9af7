// What stands below a field: a schema's description, which speaks of JSON, for people who leave a field empty.

/** The description. A field that is empty is left out of the JSON; where that is not the same as null, null is typed. */
export function hintOf({ description = "", default: fallback = null }) {
  return description.replace("null: ", fallback === null ? "empty: " : "the word null: ");
}
