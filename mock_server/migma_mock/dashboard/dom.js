// Creates elements. Text is always set as text: the page parses no markup.

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["value", "checked", "disabled", "hidden", "open"]);
let lastId = 0;

/** Create an HTML element: h("button.primary", { onclick }, "Save"). Skips children that are null or false. */
export function h(tag, props, ...children) {
  return build((name) => document.createElement(name), tag, props, children);
}

/** Create an SVG element in the same way. */
export function s(tag, props, ...children) {
  return build((name) => document.createElementNS(SVG, name), tag, props, children);
}

function build(create, tag, props, children) {
  const [name, ...classes] = tag.split(".");
  const element = create(name);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(props ?? {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (AS_PROPERTY.has(key)) element[key] = value;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return an id that no other element has. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Create a button; if its action fails, a message says why. */
export function button(label, action, kind = "button") {
  return h(kind, {
    type: "button",
    onclick: async (event) => {
      try {
        await action(event);
      } catch (error) {
        toast(error.message);
      }
    },
  }, label);
}

/** Create a button that asks for a second click before an action that cannot be undone. */
export function confirmButton(label, question, action) {
  let timer = null;
  const element = button(label, async () => {
    if (timer === null) {
      element.textContent = question;
      element.classList.add("danger");
      timer = setTimeout(restore, 4000);
      return;
    }
    restore();
    await action();
  }, "button.quiet");
  function restore() {
    clearTimeout(timer);
    timer = null;
    element.textContent = label;
    element.classList.remove("danger");
  }
  return element;
}

/** Create a button that copies the result of text(). */
export function copyButton(text, label = "Copy") {
  return button(label, async () => {
    await copy(text());
    toast("Copied.");
  }, "button.quiet");
}

/** Create a button that downloads a fixture file; file() returns the campaign's id and the text. */
export function downloadButton(file, label = "Download") {
  return button(label, () => {
    const [id, text] = file();
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = h("a", { href: url, download: `${String(id).replace(/[^\w-]/g, "_").slice(0, 100) || "campaign"}.json` });
    link.click();
    URL.revokeObjectURL(url);
  }, "button.quiet");
}

async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Without TLS, browsers have navigator.clipboard on localhost only.
  const area = h("textarea", { value: text, "aria-hidden": "true" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

let toastTimer = 0;

/** Show a short message at the bottom of the page; screen readers announce it. */
export function toast(message) {
  const element = document.getElementById("toast");
  element.textContent = message;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { element.textContent = ""; }, 5000);
}

/** Remove the message, since it belongs to the view that is left. */
export function clearToast() {
  toast("");
}

/** Create a labelled input, select or textarea; `extra` (a hint, an error) is shown below it. */
export function field(label, control, ...extra) {
  control.id ||= freshId("field");
  return h("div.field", {}, h("label", { for: control.id }, label), control, ...extra);
}

/** Create a checkbox with its label. */
export function checkbox(label, props) {
  const id = freshId("check");
  return h("div.check", {}, h("input", { ...props, id, type: "checkbox" }), h("label", { for: id }, label));
}

/** Replace the children of an element. The focus stays on the child of the same data-key. */
export function refill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...children.flat(3).filter(Boolean));
  if (focused !== undefined) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** Return a function that runs the action at most once per interval, and after the last call. */
export function throttled(action, milliseconds) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      action();
    }, milliseconds);
  };
}
