// The inputs of a kind of fault, created from its schema in the control API's OpenAPI document.

import { field, h } from "./dom.js";
import { hintOf } from "./hints.js";

const LAST = ["times", "skip", "probability", "seed"];
const ELSEWHERE = new Set(["kind", "campaign"]);

/** Create the inputs with the values of an example; value() returns the inputs that are not empty. */
export function faultFields(schemas, kind, example) {
  const name = schemas.Fault.discriminator.mapping[kind].split("/").pop();
  return objectFields(schemas, schemas[name], example, "One of");

  /** Create the inputs of an object. Of fields that exclude each other (x-exclusive), a select chooses the shown one. */
  function objectFields(of, schema, values, label) {
    const names = Object.keys(schema.properties).filter((each) => !ELSEWHERE.has(each));
    const exclusive = schema["x-exclusive"] ?? [];
    const inputs = new Map(names.map((each) => [each, anyField(of, each, schema.properties[each], values?.[each])]));
    const before = names.filter((each) => !exclusive.includes(each));
    before.sort((a, b) => LAST.indexOf(a) - LAST.indexOf(b));
    const choice = exclusive.length ? h("select", { onchange: show }, ...exclusive.map((each) => h("option", { value: each }, each))) : null;
    const place = h("div.choice");
    function show() {
      place.replaceChildren(...inputs.get(choice.value).elements);
    }
    if (choice) show();
    const used = () => [...(choice ? [choice.value] : []), ...before];
    return {
      elements: [...(choice ? [field(label, choice), place] : []), ...before.flatMap((each) => inputs.get(each).elements)],
      value: () => Object.fromEntries(used().map((each) => [each, inputs.get(each).value()]).filter(([, value]) => value !== undefined)),
    };
  }
  function anyField(of, name, outer, given) {
    const schema = { ...concrete(of, outer), ...(outer.description ? { description: outer.description } : {}), default: outer.default };
    if (schema.properties) {
      const inner = objectFields(of, schema, given, `${name}: one of`);
      return { elements: [h("fieldset.nested", {}, h("legend", {}, name), ...inner.elements)], value: inner.value };
    }
    const hint = schema.description ? h("span.hint", {}, hintOf(schema)) : null;
    if (schema.type === "array" && schema.minItems === schema.maxItems) {
      const inputs = Array.from({ length: schema.minItems }, (_, index) => inputOf(schema.items, given?.[index], { "aria-label": `${name} ${index + 1}` }));
      const values = () => inputs.map((input) => read(input.value, schema.items.type));
      return { elements: [h("div.field", { role: "group", "aria-label": name }, h("b", {}, name), h("div.pair", {}, ...inputs), hint)], value: () => (values().every((each) => each === undefined) ? undefined : values().map((each) => each ?? null)) };
    }
    const input = inputOf(schema, given ?? outer.examples?.[0]);
    return { elements: [field(name, input, hint)], value: () => read(input.value, schema.type) };
  }
}

function inputOf(schema, given, props = {}) {
  const isNumber = schema.type === "integer" || schema.type === "number";
  const text = given === undefined ? "" : isNumber || schema.type === "string" ? String(given) : JSON.stringify(given);
  return h("input", {
    ...props, type: isNumber ? "number" : "text", step: isNumber ? "any" : null, autocomplete: "off", spellcheck: "false",
    value: text, placeholder: schema.default === undefined || schema.default === null ? "" : String(schema.default),
  });
}

/** Return the schema that a value other than null has. */
function concrete(schemas, schema) {
  const all = [schema, ...(schema.anyOf ?? [])].map((each) => (each.$ref ? schemas[each.$ref.split("/").pop()] : each));
  return all.find(({ type }) => type && type !== "null") ?? {};
}

function read(text, type) {
  if (text === "") return undefined;
  if (type === "integer" || type === "number") return Number(text);
  if (type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
