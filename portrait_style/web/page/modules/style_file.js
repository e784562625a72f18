// Styles that come as files: somebody's profile (me.json), and styles that were handed on (.style).

import { archiveEntries, unpacked } from "./archive.js";
import { codeLength } from "./codes.js";
import { FileError } from "./picture_file.js";
import { TEXTURES } from "./medium.js";

const MOST_BYTES = 8 * 2 ** 20;
const PARTS = ["style.json", "thumbnail.png"];
const FORMAT = "portrait-style style";
const VERSION = 1;
// How many times as long as the code of photographs a code may be.
const LONGEST = 10;

/** Whether a file's name says that it holds a style. */
export function isStyleFile(file) {
  return /\.(style|json)$/i.test(file.name ?? "");
}

/**
 * Read a style.
 *
 * @param file a File
 * @param model the content of model.json
 * @returns {name, code, description, medium}
 * @throws FileError with a line for the user
 */
export async function readStyleFile(file, model) {
  if (file.size === 0) throw new FileError(`${file.name} is empty. Get it again.`);
  if (file.size > MOST_BYTES) throw new FileError(`${file.name} is too large to be a style.`);
  const isShared = /\.style$/i.test(file.name);
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return isShared ? await readShared(bytes, file, model) : readProfile(bytes, file, model);
  } catch (error) {
    if (error instanceof FileError) throw error;
    const kind = isShared ? "a usable style" : "a usable profile";
    throw new FileError(`${file.name} is not ${kind} (${error.message}). Get it again.`);
  }
}

function asJson(bytes) {
  const content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (content === null || typeof content !== "object") throw new Error("another kind of file");
  return content;
}

function readProfile(bytes, file, model) {
  const content = asJson(bytes);
  if (Array.isArray(content.clusters)) {
    throw new FileError(`${file.name} holds discovered styles and is no profile.`);
  }
  if (content.version !== VERSION) throw new Error("another format");
  checkModel(content.model, file, model);
  if (content.code === null) {
    throw new FileError(`${file.name} has no code yet. Choose pictures, then run feedback save.`);
  }
  const name = file.name.replace(/\.json$/i, "");
  return { name, code: checkedCode(content.code, file, model), description: null, medium: null };
}

async function readShared(bytes, file, model) {
  const entries = archiveEntries(bytes);
  if (entries.map((entry) => entry.name).sort().join() !== PARTS.join()) {
    throw new Error(`it must hold ${PARTS.join(" and ")}, nothing else`);
  }
  const [style] = await Promise.all(
    PARTS.map((name) => unpacked(bytes, entries.find((entry) => entry.name === name), MOST_BYTES)),
  );
  const content = asJson(style);
  if (content.format !== FORMAT) throw new Error("another kind of file");
  if (content.version !== VERSION) throw new Error("another format");
  checkModel(content.model, file, model);
  if (content.update !== null) {
    throw new FileError(
      `${file.name} changes the network, which this page cannot do. ` +
        "Draw it by portrait-style stylize.",
    );
  }
  return {
    name: lineOfText(content.name),
    code: checkedCode(content.code, file, model),
    description: content.description === null ? null : lineOfText(content.description),
    medium: content.medium === null ? null : checkedMedium(content.medium),
  };
}

function checkModel(fingerprint, file, model) {
  if (fingerprint !== model.fingerprint) {
    throw new FileError(`${file.name} was made for other networks than those of this page.`);
  }
}

function checkedCode(code, file, model) {
  const size = model.photo_code.length;
  const isCode =
    Array.isArray(code) &&
    code.length === size &&
    code.every((number) => Number.isFinite(Math.fround(number)) && typeof number === "number");
  if (!isCode || codeLength(code) > LONGEST * codeLength(model.photo_code)) {
    throw new FileError(`${file.name} must hold a code of ${size} numbers as this page has them.`);
  }
  return code.map(Math.fround);
}

function lineOfText(value) {
  if (typeof value !== "string" || !value.trim() || /[\p{C}\p{Zl}\p{Zp}]/u.test(value)) {
    throw new Error("a name that is not one line of text");
  }
  return value;
}

function checkedMedium({ kind, scale, depth, dry }) {
  const isMedium =
    Object.hasOwn(TEXTURES, kind) &&
    typeof scale === "number" &&
    typeof depth === "number" &&
    scale >= 0.1 &&
    scale <= 100 &&
    depth > 0 &&
    depth <= 0.25;
  if (!isMedium) throw new Error("an unknown medium");
  return { kind, scale, depth, dry: dry === true };
}
