// The one place for errors, and the one for what went well.

import { StudioError } from "./api.js";
import { byId } from "./dom.js";
import { FileError } from "/web/modules/picture_file.js";

// Milliseconds that good news stay.
const NEWS = 6000;
let timer;

/** Show an error, or take it away with `null`. */
export function complain(message) {
  byId("message").hidden = message === null;
  byId("message").querySelector("span").textContent = message ?? "";
}

/** Tell what went well, for a while. */
export function tell(message) {
  byId("news").textContent = message;
  clearTimeout(timer);
  timer = setTimeout(() => (byId("news").textContent = ""), NEWS);
}

/** Do something that may fail, and say so where it does; tells whether it went well. */
export function attempt(action) {
  complain(null);
  return inBackground(action);
}

/** The same of what nobody asked for just now: an error that is shown stays. */
export async function inBackground(action) {
  try {
    await action();
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    if (error.status === 401) {
      document.dispatchEvent(new Event("signin"));
      return false;
    }
    const isKnown = error instanceof StudioError || error instanceof FileError;
    complain(isKnown ? error.message : `That did not work: ${error.message}`);
    return false;
  }
}

/** Have a button do something, and be off until it is done. */
export function onClick(element, action) {
  element.onclick = async () => {
    element.disabled = true;
    await attempt(action);
    element.disabled = false;
  };
}

export function listenForClose() {
  byId("message").querySelector("button").onclick = () => complain(null);
}
