// The notices below the header: armed faults, and files that could not be loaded.

import { call, inAccount } from "./api.js";
import { grouped, groupText } from "./armed.js";
import { button, h, refill } from "./dom.js";
import { count } from "./format.js";
import { loadFaults } from "./load.js";
import { on, state } from "./state.js";

const SHOWN = 5;

/** Show the notices and keep them up to date. */
export function showBanners(place) {
  function show() {
    const active = state.faults.filter((fault) => !fault.exhausted);
    refill(place, active.length ? armed(active) : null, state.health?.fixtureErrors.length ? invalid(state.health.fixtureErrors) : null);
  }
  on("faults health", null, show);
}

function armed(faults) {
  const groups = grouped(faults);
  const shown = groups.slice(0, SHOWN).map((group) => h("li", {}, h("code", {}, groupText(group))));
  const more = groups.length > SHOWN ? [h("li", {}, `and ${groups.length - SHOWN} more`)] : [];
  return h("div.banner.warn", {},
    h("strong", {}, `${count(faults.length, "fault")} armed in ${state.account}`), h("ul", {}, ...shown, ...more),
    button(faults.length > 1 ? "Disarm all" : "Disarm", async () => {
      await call("DELETE", inAccount(state.account, "faults"));
      await loadFaults();
    }));
}

function invalid(problems) {
  const lines = problems.slice(0, SHOWN).map(({ file, pointer, message }) => h("li", {},
    h("code", {}, `${file}${pointer ? ` ${pointer}` : ""}`), `: ${message}`));
  return h("div.banner.bad", {}, h("strong", {}, "An edit was not loaded. The mock serves the previous valid files."),
    h("ul", {}, ...lines, problems.length > SHOWN ? h("li", {}, `and ${problems.length - SHOWN} more`) : null));
}
