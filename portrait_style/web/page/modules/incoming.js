// Files that somebody chooses, drops on the page, or pastes.

/**
 * Take in files wherever they come from, the first of several.
 *
 * @param inputs file inputs
 * @param receive takes a File
 */
export function receiveFiles(inputs, receive) {
  for (const input of inputs) {
    input.onchange = () => {
      const [file] = input.files;
      // The same file can be chosen again.
      if (file) Promise.resolve(receive(file)).finally(() => (input.value = ""));
    };
  }
  const { body } = document;
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    body.classList.remove("dropping");
    if (event.dataTransfer.files.length) receive(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file) receive(file);
  });
}
