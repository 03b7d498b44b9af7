// Formats numbers and times for people.

const WHOLE = new Intl.NumberFormat("en-US");
const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

/** Format 12480 as "12,480". */
export function whole(number) {
  return WHOLE.format(number);
}

/** Format a number, shortened if it is long: 48213907 as "48.2M". */
export function short(number) {
  return number >= 1_000_000 ? SHORT.format(number) : WHOLE.format(number);
}

/** Format a share in percent; "–" if the whole is zero. */
export function percent(part, all) {
  return all > 0 ? `${((100 * part) / all).toFixed(1)} %` : "–";
}

/** Round a number to some decimals, without zeros at its end. */
export function rounded(number, decimals) {
  return String(Number(number.toFixed(decimals)));
}

/** Format a count: "1 request", "2 requests". */
export function count(number, noun) {
  return `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Format seconds in their largest unit and the next one: "2 h 5 min". */
export function duration(seconds) {
  const all = Math.round(Math.abs(seconds));
  const first = Math.max(0, UNITS.findIndex(([, size]) => all >= size));
  const [unit, size] = all ? UNITS[first] : ["s", 1];
  const [next, nextSize] = UNITS[first + 1] ?? ["", 1];
  const rest = next && all ? Math.floor((all % size) / nextSize) : 0;
  return `${Math.floor(all / size)} ${unit}${rest ? ` ${rest} ${next}` : ""}`;
}

/** Format a time in UTC: "2026-01-31 09:30:00". */
export function moment(date) {
  return Number.isNaN(date.getTime()) ? "–" : date.toISOString().slice(0, 19).replace("T", " ");
}

/** Return the time of day of an ISO time. */
export function timeOfDay(text) {
  return text.slice(11, 23);
}

/** Return the CSS class that colours a status; null is none. */
export function tone(status) {
  if (status === null) return "bad";
  if (status < 300) return "ok";
  return status < 500 ? "warn" : "bad";
}
