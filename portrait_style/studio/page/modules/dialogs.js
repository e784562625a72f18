// Questions that are asked before something is lost, or when a name is needed.

import { byId } from "./dom.js";

function answered(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
    dialog.showModal();
  });
}

/**
 * Ask whether something may be deleted.
 *
 * @param question such as "Delete this drawing?"
 * @param consequence what is lost by it
 * @param verb what the button says
 */
export function confirmed(question, consequence, verb = "Delete") {
  const dialog = byId("confirm");
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector("p").textContent = consequence;
  dialog.querySelector("[value=yes]").textContent = verb;
  return answered(dialog);
}

/** Ask for a name; `null` where there is none. */
export async function askedName(question, name = "") {
  const dialog = byId("naming");
  const field = dialog.querySelector("input");
  dialog.querySelector("h2").textContent = question;
  field.value = name;
  const asked = answered(dialog);
  field.select();
  return (await asked) && field.value.trim() ? field.value.trim() : null;
}
