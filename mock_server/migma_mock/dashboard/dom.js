// Elements. Text is only ever set as text: nothing on this page is parsed as markup.

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["value", "checked", "disabled", "hidden", "open"]);
let lastId = 0;

/** An HTML element: h("button.primary", { onclick }, "Save"). Children that are null or false are left out. */
export function h(tag, props, ...children) {
  return build((name) => document.createElement(name), tag, props, children);
}

/** An SVG element, in the same way. */
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

/** An id that no other element has. */
export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** A button that does something, and tells of what goes wrong. */
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

/** A button that asks once more before it does something that cannot be undone. */
export function carefulButton(label, question, action) {
  let timer = null;
  const element = button(label, async () => {
    if (timer === null) {
      element.textContent = question;
      element.classList.add("danger");
      timer = setTimeout(calm, 4000);
      return;
    }
    calm();
    await action();
  }, "button.quiet");
  function calm() {
    clearTimeout(timer);
    timer = null;
    element.textContent = label;
    element.classList.remove("danger");
  }
  return element;
}

/** A button that copies what text() returns. */
export function copyButton(text, label = "Copy") {
  return button(label, async () => {
    await copy(text());
    toast("Copied.");
  }, "button.quiet");
}

async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Off localhost and without TLS, browsers have no clipboard but this one.
  const area = h("textarea", { value: text, "aria-hidden": "true" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

let toastTimer = 0;

/** A short message at the bottom of the page, read out by screen readers. */
export function toast(message) {
  const element = document.getElementById("toast");
  element.textContent = message;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { element.textContent = ""; }, 5000);
}

/** Ends the message: it belongs to the view that it was shown in. */
export function endToast() {
  toast("");
}

/** A labelled input, select or textarea; `extra` (a hint, an error) stands below it. */
export function field(label, control, ...extra) {
  control.id ||= freshId("field");
  return h("div.field", {}, h("label", { for: control.id }, label), control, ...extra);
}

/** A checkbox with its label after it. */
export function checkbox(label, props) {
  const id = freshId("check");
  return h("div.check", {}, h("input", { ...props, id, type: "checkbox" }), h("label", { for: id }, label));
}

/** Replaces the children of an element; what has the focus keeps it, by its data-key. */
export function refill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...children.flat(3).filter(Boolean));
  if (focused !== undefined) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** Calls at most once in so many milliseconds, the last time included. */
export function throttled(action, milliseconds) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      action();
    }, milliseconds);
  };
}
