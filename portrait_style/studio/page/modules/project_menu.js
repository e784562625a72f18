// The projects: opened, named, added, deleted.

import { patch, post, remove } from "./api.js";
import { askedName, confirmed } from "./dialogs.js";
import { button, byId, make } from "./dom.js";
import { attempt } from "./messages.js";

/** Have the button in the header open the list of projects. */
export function showProjects(studio) {
  const dialog = byId("projects");
  const name = () => (byId("project-name").textContent = studio.project.name);
  const loses = "Its photos, drawings, jobs, tastes and styles are deleted with it.";

  async function read() {
    await studio.readState();
    const { projects } = studio.state;
    const current = projects.find(({ id }) => id === studio.project.id);
    if (current) studio.project = current;
    else await studio.open(projects[0]);
    name();
    dialog.querySelector("ul").replaceChildren(...projects.map(row));
  }

  function row(project) {
    const isOpen = project.id === studio.project.id;
    const open = button(project.name, () => attempt(() => enter(project)), { className: "name" });
    if (isOpen) open.setAttribute("aria-current", "true");
    const rename = button("Rename", () => attempt(() => renamed(project)), {
      className: "quiet",
      "aria-label": `Rename ${project.name}`,
    });
    const drop = button("Delete", () => attempt(() => deleted(project)), {
      className: "quiet",
      "aria-label": `Delete ${project.name}`,
    });
    return make("li", {}, open, rename, drop);
  }

  async function enter(project) {
    dialog.close();
    await studio.open(project);
  }

  async function renamed(project) {
    const wanted = await askedName("Rename the project", project.name);
    if (wanted === null) return;
    await patch(`/projects/${project.id}`, { name: wanted });
    await read();
  }

  async function deleted(project) {
    if (!(await confirmed(`Delete ${project.name}?`, loses))) return;
    await remove(`/projects/${project.id}`);
    await read();
  }

  byId("project-new").onsubmit = (event) => {
    event.preventDefault();
    const field = event.target.elements.name;
    attempt(async () => {
      const made = await post("/projects", { name: field.value });
      field.value = "";
      await enter(made);
    });
  };
  byId("project").onclick = () => attempt(async () => {
    await read();
    dialog.showModal();
  });
  studio.addEventListener("project", name);
}
