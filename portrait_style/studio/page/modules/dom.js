// Elements, found and made. Text is only ever set as text.

export const byId = (id) => document.getElementById(id);

/**
 * Make an element.
 *
 * @param tag its name
 * @param settings properties; names with a dash, and `role`, are attributes
 * @param children elements and text; `null` is left out
 */
export function make(tag, settings = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(settings)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Make a button that does something. */
export function button(text, onclick, settings = {}) {
  return make("button", { type: "button", textContent: text, onclick, ...settings });
}

/** Copy the one element of a template. */
export function copyOf(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

/**
 * Keep a list's elements in step with what they show; those that stay are not touched.
 *
 * @param list the element that holds them
 * @param items array of {id, ...}
 * @param made Map of elements by id, which is kept between calls
 * @param build makes the element of an item
 */
export function keepInStep(list, items, made, build) {
  const known = new Set(items.map(({ id }) => id));
  for (const id of made.keys()) if (!known.has(id)) made.delete(id);
  for (const item of items) if (!made.has(item.id)) made.set(item.id, build(item));
  const shown = items.map(({ id }) => made.get(id));
  if (shown.length !== list.children.length || shown.some((x, i) => list.children[i] !== x)) {
    list.replaceChildren(...shown);
  }
}
