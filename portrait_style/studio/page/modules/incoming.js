// Files that somebody chooses, drops on the page, or pastes: all of them, in the place that is open.

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

/** Have a file input hand on what is chosen. */
export function receiveChosen(input, receive) {
  input.onchange = async () => {
    const files = [...input.files];
    // The same file can be chosen again.
    input.value = "";
    if (files.length) await receive(files);
  };
}

/**
 * Take in what is dropped on the page or pasted.
 *
 * @param receive takes an array of File
 */
export function receiveDropped(receive) {
  const { body } = document;
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) body.classList.remove("dropping");
  });
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    body.classList.remove("dropping");
    const files = await filesOf(event.dataTransfer);
    if (files.length) receive(files);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) receive(files);
  });
}

/** The files of a drop, those in dropped folders too. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return [...transfer.files];
  return (await Promise.all(entries.map(filesOfEntry))).flat();
}

async function filesOfEntry(entry) {
  if (entry === null) return [];
  if (entry.isFile) return [await new Promise((found, lost) => entry.file(found, lost))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((read, lost) => reader.readEntries(read, lost));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(filesOfEntry))).flat();
}

/** The files that a form will send, as a list that grows, with what it says of them. */
export class FileChoice {
  /**
   * @param label the <label> with the file inputs and a line for what is chosen
   */
  constructor(label) {
    this.files = [];
    this.line = label.querySelector(".chosen");
    this.rest = this.line.textContent;
    for (const input of label.querySelectorAll("input")) {
      receiveChosen(input, (files) => this.add(files));
    }
  }

  add(files) {
    this.files = [...this.files, ...files];
    this.show();
  }

  clear() {
    this.files = [];
    this.show();
  }

  show() {
    const { length } = this.files;
    const first = this.files[0]?.name;
    this.line.textContent = length === 0 ? this.rest : length === 1 ? first : `${length} files`;
  }
}
