// The inputs of a kind of fault, created from its schema in the control API's OpenAPI document.

import { field, h } from "./dom.js";
import { hintOf } from "./hints.js";

const FIRST = ["campaign", "times", "probability"];

/** Create the inputs with the values of an example; value() returns the inputs that are not empty. */
export function faultFields(schemas, kind, example) {
  const { properties } = schemaOf(schemas, kind);
  const names = Object.keys(properties).filter((name) => name !== "kind");
  names.sort((a, b) => rank(a) - rank(b));
  const inputs = names.map((name) => {
    const schema = properties[name];
    const given = example[name];
    const isNumber = types(schema).some((type) => type === "integer" || type === "number");
    const isText = types(schema).includes("string");
    const input = h("input", {
      type: isNumber ? "number" : "text", step: isNumber ? "any" : null, autocomplete: "off", spellcheck: "false",
      value: given === undefined ? "" : isNumber || isText ? String(given) : JSON.stringify(given), placeholder: fallback(schema),
    });
    return { name, input, element: field(name, input, schema.description ? h("span.hint", {}, hintOf(schema)) : null), read: () => read(input.value, isNumber, isText) };
  });
  return {
    elements: inputs.map(({ element }) => element),
    value: () => Object.fromEntries(inputs.map(({ name, read: value }) => [name, value()]).filter(([, value]) => value !== undefined)),
  };
}

function rank(name) {
  if (name === "seed") return 2;
  return FIRST.includes(name) ? 1 : 0;
}

function schemaOf(schemas, kind) {
  return schemas[schemas.Fault.discriminator.mapping[kind].split("/").pop()];
}

function types(schema) {
  return [schema, ...(schema.anyOf ?? [])].map(({ type }) => type).filter(Boolean);
}

function fallback(schema) {
  return schema.default === undefined || schema.default === null ? "" : String(schema.default);
}

function read(text, isNumber, isText) {
  if (text === "") return undefined;
  if (isNumber) return Number(text);
  if (isText) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
