// Formats and colours JSON token by token, so that 1.0 stays 1.0.

import { h } from "./dom.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]|\s+|./gsu;
const LONGEST = 200_000;

/** Return a scrollable block of code. JSON is formatted; other text stays as it is. */
export function codeBlock(text, label, { json = true } = {}) {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… cut` : text;
  return h("pre", { tabindex: "0", role: "region", "aria-label": label }, h("code", {}, json ? formatted(shown) : shown));
}

function formatted(text) {
  try {
    JSON.parse(text);
  } catch {
    return [text];
  }
  const tokens = text.match(TOKEN).filter((token) => token.trim());
  const parts = [];
  let depth = 0;
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    const closesNext = next === "}" || next === "]";
    if ("{[".includes(token)) {
      depth += closesNext ? 0 : 1;
      parts.push(token, closesNext ? "" : line(depth));
    } else if ("}]".includes(token)) {
      const isEmpty = "{[".includes(tokens[index - 1]);
      depth -= isEmpty ? 0 : 1;
      parts.push(...(isEmpty ? [] : [line(depth)]), token);
    } else if (token === ",") parts.push(",", line(depth));
    else if (token === ":") parts.push(": ");
    else parts.push(h(`span.${kindOf(token, next)}`, {}, token));
  });
  return parts;
}

function line(depth) {
  return `\n${"  ".repeat(depth)}`;
}

function kindOf(token, next) {
  if (token.startsWith('"')) return next === ":" ? "j-name" : "j-text";
  return /^[-\d]/.test(token) ? "j-number" : "j-word";
}
