// A saved report of migma-contract check, dropped on the page; it is read here and sent nowhere.

import { h, toast } from "./dom.js";
import { reportPage } from "./report_page.js";

let kept = null;
let refresh = () => {};

/** Shows the report that was dropped or chosen, or the place to drop one. */
export function showReport(root, signal) {
  const input = h("input", { type: "file", accept: ".json,application/json", id: "report-file", onchange: () => input.files[0] && take(input.files[0]) });
  const place = h("div.drop", {},
    h("p", {}, h("label", { for: "report-file" }, "Drop a report here, or choose its file")), input,
    h("p.soft", {}, "Made by ", h("code", {}, "migma-contract check --format json=report.json"), ". It stays in this page: nothing is sent."));
  const shown = h("div");
  root.append(h("h2", {}, "Report"), place, shown);
  refresh = () => {
    place.classList.toggle("filled", kept !== null);
    shown.replaceChildren(...(kept ? [reportPage(kept)] : []));
  };
  signal.addEventListener("abort", () => { refresh = () => {}; });
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
  try {
    const report = JSON.parse(await file.text());
    if (report?.tool?.name !== "migma-contract" || report.schema !== 1) throw new Error("not one");
    reportPage(report); // a broken one fails here, and the last one stays
    kept = report;
  } catch {
    toast(`${file.name} is no report of migma-contract check --format json.`);
    return;
  }
  location.hash = "#report";
  refresh();
}
