// What must not be missed: faults that are armed, and fixtures that could not be read.

import { call, inAccount } from "./api.js";
import { button, h, refill } from "./dom.js";
import { count } from "./format.js";
import { loadFaults } from "./load.js";
import { on, state } from "./state.js";

const SHOWN = 5;

/** Fills the place below the header, and keeps it up to date. */
export function showBanners(place) {
  function show() {
    const live = state.faults.filter((fault) => !fault.exhausted);
    refill(place, live.length ? armed(live) : null, state.health?.fixtureErrors.length ? broken(state.health.fixtureErrors) : null);
  }
  on("faults health", null, show);
}

function armed(faults) {
  const shown = faults.slice(0, SHOWN).map((fault) => h("li", {}, h("code", {}, inShort(fault))));
  const more = faults.length > SHOWN ? [h("li", {}, `and ${faults.length - SHOWN} more`)] : [];
  return h("div.banner.warn", {},
    h("strong", {}, `${count(faults.length, "fault")} armed in ${state.account}`), h("ul", {}, ...shown, ...more),
    button(faults.length > 1 ? "Disarm all" : "Disarm", async () => {
      await call("DELETE", inAccount(state.account, "faults"));
      await loadFaults();
    }));
}

/** A fault in a few words: its kind, what is particular to it, and how often it still strikes. */
export function inShort({ fault, applied }) {
  const { kind, times, ...rest } = fault;
  const particulars = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const left = times === undefined || times === null ? "until disarmed" : `${times - applied} of ${times} left`;
  return [kind, ...particulars, left].join(" · ");
}

function broken(problems) {
  const lines = problems.slice(0, SHOWN).map(({ file, pointer, message }) => h("li", {},
    h("code", {}, `${file}${pointer ? ` ${pointer}` : ""}`), `: ${message}`));
  return h("div.banner.bad", {}, h("strong", {}, "Fixtures were not reloaded; the last good set is served"),
    h("ul", {}, ...lines, problems.length > SHOWN ? h("li", {}, `and ${problems.length - SHOWN} more`) : null));
}
