// Numbers and times as people read them.

const DAY = { day: "numeric", month: "long", year: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };

/** Seconds, roughly: "4 min". */
export function roughly(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Bytes: "3.1 MB". */
export function sized(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A day: "3 May 2025". */
export function dayOf(time) {
  return new Date(time).toLocaleDateString("en-GB", DAY);
}

/** A time of a day: "14:05". */
export function clockOf(time) {
  return new Date(time).toLocaleTimeString("en-GB", CLOCK);
}

/** "1 picture", "2 pictures". */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number with three digits that count. */
export function short(value) {
  if (!Number.isFinite(value)) return "–";
  return String(Number(value.toPrecision(3)));
}

/** A style expression as people read it: without underscores, weights as shares. */
export function readable(style) {
  return String(style ?? "").replaceAll("_", " ").replaceAll(",", " + ");
}

/** What a file is called, without its ending, made of letters that every system takes. */
export function stem(name) {
  return name.replace(/\.[A-Za-z0-9]{1,5}$/, "").replace(/[\s/\\:*?"<>|]+/g, "_") || "picture";
}
