"use strict";
// Votes go to the server that handed out the page; opened as a file, they stay in the browser until
// they are downloaded.
const { study, questions } = JSON.parse(document.getElementById("study").textContent);
const served = location.protocol !== "file:";
const stored = `votes of study ${study}`;
const part = (id) => document.getElementById(id);
const unsaved = new Set();
let votes = {};
let at = 0;
let sending = false;

function voteOn(index) {
  return votes[index + 1] ?? { best: null, faulty: [] };
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function say(text, failed = false) {
  part("saved").textContent = text;
  part("saved").classList.toggle("failed", failed);
}

function drawingFigure(address, index) {
  const letter = "ABCD"[index];
  const { best, faulty } = voteOn(at);
  const chosen = best === letter;
  const image = element("img", { src: address, alt: `drawing ${letter}` });
  const button = element("button", { type: "button", className: "choose", id: `choose-${letter}` }, image);
  button.setAttribute("aria-pressed", String(chosen));
  button.addEventListener("click", () => choose(letter));
  const box = element("input", { type: "checkbox", checked: faulty.includes(letter), id: `faulty-${letter}` });
  box.addEventListener("change", () => markFaulty(letter));
  const name = element("span", { className: chosen ? "best" : "" }, chosen ? `${letter}: the best` : letter);
  const label = element("label", {}, box, " faulty");
  label.setAttribute("aria-label", `${letter} is faulty`);
  return element("figure", {}, button, element("figcaption", {}, name, label));
}

function show() {
  const focused = document.activeElement?.id;
  const { style, photo, drawings } = questions[at];
  const image = element("img", { src: photo, alt: "photo" });
  const caption = element("figcaption", {}, "Photo");
  const figures = drawings.map(drawingFigure);
  part("question").replaceChildren(element("figure", { className: "photo" }, image, caption), ...figures);
  const answered = questions.reduce((sum, _, index) => sum + (voteOn(index).best !== null), 0);
  part("progress").textContent = `${at + 1} of ${questions.length}: ${style}. ${answered} answered.`;
  part("bar").value = answered;
  part("back").disabled = at === 0;
  part("next").disabled = at === questions.length - 1;
  // The parts are new; whoever goes by Tab stays where they were.
  if (focused) part(focused)?.focus();
  for (const address of questions[at + 1]?.drawings ?? []) new Image().src = address;
}

function goTo(index) {
  at = Math.min(Math.max(index, 0), questions.length - 1);
  show();
}

function choose(letter) {
  record({ ...voteOn(at), best: letter });
}

function markFaulty(letter) {
  const faulty = new Set(voteOn(at).faulty);
  if (!faulty.delete(letter)) faulty.add(letter);
  record({ ...voteOn(at), faulty: [...faulty].sort() });
}

function record(vote) {
  votes[at + 1] = vote;
  unsaved.add(at + 1);
  show();
  if (served) send();
  else store();
}

function store() {
  try {
    localStorage.setItem(stored, JSON.stringify(votes));
    say("Kept in this browser. Download the votes at the end.");
  } catch {
    say("This browser keeps nothing for files: download the votes before you close the page.", true);
  }
}

// One vote after the other: what failed is sent again with the next one.
async function send() {
  if (sending) return;
  sending = true;
  try {
    while (unsaved.size) {
      const [number] = unsaved;
      unsaved.delete(number);
      try {
        await post(number);
      } catch (error) {
        unsaved.add(number);
        throw error;
      }
    }
    say("Saved.");
  } catch (error) {
    say(`Not saved: ${error.message}. It is tried again with the next vote; or download the votes.`, true);
  } finally {
    sending = false;
  }
}

async function post(number) {
  const body = JSON.stringify({ study, question: number, ...voteOn(number - 1) });
  const answer = await fetch("votes", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (!answer.ok) throw new Error(await answer.text());
}

function download() {
  const blob = new Blob([JSON.stringify({ study, votes }, null, 1)], { type: "application/json" });
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: "votes.json" }).click();
  URL.revokeObjectURL(address);
  if (!served) unsaved.clear();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowLeft") goTo(at - 1);
  else if (event.key === "ArrowRight") goTo(at + 1);
  else {
    // With Shift, a digit's key writes another character; its code stays.
    const digit = /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
    const letter = "ABCD"[digit - 1];
    if (!letter || digit > questions[at].drawings.length) return;
    if (event.shiftKey) markFaulty(letter);
    else choose(letter);
  }
  event.preventDefault();
}

async function begin() {
  try {
    if (served) {
      const answer = await fetch("votes");
      if (!answer.ok) throw new Error(await answer.text());
      votes = (await answer.json()).votes;
    } else votes = JSON.parse(localStorage.getItem(stored)) ?? {};
  } catch (error) {
    say(`Earlier votes cannot be read: ${error.message}`, true);
  }
  part("back").addEventListener("click", () => goTo(at - 1));
  part("next").addEventListener("click", () => goTo(at + 1));
  part("download").addEventListener("click", download);
  document.addEventListener("keydown", onKey);
  addEventListener("beforeunload", (event) => {
    if (served && unsaved.size) event.preventDefault();
  });
  const open = questions.findIndex((_, index) => voteOn(index).best === null);
  goTo(open === -1 ? 0 : open);
}

begin();
