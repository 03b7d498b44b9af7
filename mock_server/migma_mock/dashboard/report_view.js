// A saved report of migma-contract check, dropped on the page; it is read here and sent nowhere.

import { h, toast } from "./dom.js";
import { reportPage } from "./report_page.js";

/** The latest file, and its report; null where it has none. */
let kept = null;
let latest = null;
let refresh = null;

/** Shows the report that was dropped or chosen, or the place to drop one. */
export function showReport(root, signal) {
  const input = h("input", {
    type: "file", accept: ".json,application/json", id: "report-file",
    // Emptied, it takes the same file again, written anew meanwhile; when none is chosen, it names the old one again.
    onclick: () => { input.value = ""; },
    oncancel: () => refresh?.(),
    onchange: () => input.files[0] && take(input.files[0]),
  });
  const place = h("div.drop", {},
    h("p", {}, h("label", { for: "report-file" }, "Drop a report here, or choose its file")), input,
    h("p.soft", {}, "Made by ", h("code", {}, "migma-contract check --format json=report.json"), ". It stays in this page: nothing is sent."));
  const shown = h("div");
  root.append(h("h2", {}, "Report"), place, shown);
  refresh = () => {
    place.classList.toggle("filled", Boolean(kept?.report));
    if (!kept) return;
    const named = new DataTransfer();
    named.items.add(kept.file);
    input.files = named.files;
    shown.replaceChildren(kept.report ? reportPage(kept.report) : h("p.banner.bad", { role: "alert" }, refusal(kept.file)));
  };
  signal.addEventListener("abort", () => { refresh = null; });
  refresh();
}

/** Takes reports that are dropped anywhere on the page. */
export function acceptDrops() {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
}

async function take(file) {
  latest = file;
  const report = await read(file);
  if (file !== latest) return; // another one came meanwhile
  if (!report && !refresh) {
    toast(refusal(file)); // whoever looks at another view keeps it
    return;
  }
  kept = { file, report };
  location.hash = "#report";
  refresh?.();
}

/** The report in a file; null where it holds none. */
async function read(file) {
  try {
    const report = JSON.parse(await file.text());
    if (report?.tool?.name !== "migma-contract" || report.schema !== 1) return null;
    reportPage(report); // throws for one that is broken
    return report;
  } catch {
    return null;
  }
}

function refusal({ name }) {
  return `${name} is no report of migma-contract check --format json.`;
}
