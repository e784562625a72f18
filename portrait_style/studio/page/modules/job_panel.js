// A job: how far it is, and what may be done with it. Places add what came of it.

import { post, remove } from "./api.js";
import { confirmed } from "./dialogs.js";
import { button, copyOf, keepInStep } from "./dom.js";
import { isUnderWay } from "./job_watch.js";
import { attempt } from "./messages.js";
import { clockOf, dayOf, roughly } from "./words.js";

const STATES = {
  waiting: "waiting its turn",
  running: "under way",
  stopped: "stopped",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

class JobPanel {
  constructor(job, watch, build) {
    Object.assign(this, { watch });
    this.element = copyOf("job");
    this.element.querySelector("h3").textContent = job.name;
    this.element.querySelector(".when").textContent = `${dayOf(job.created)}, ${clockOf(job.created)}`;
    this.showResult = build(this.element.querySelector(".result"), job);
    this.update(job);
  }

  update(job) {
    const find = (selector) => this.element.querySelector(selector);
    this.element.dataset.state = job.state;
    find(".state").textContent = STATES[job.state] ?? job.state;
    const bar = find("progress");
    bar.hidden = !isUnderWay(job) && job.state !== "stopped";
    bar.value = job.progress;
    bar.setAttribute("aria-label", `Progress of ${job.name}`);
    bar.setAttribute("aria-valuetext", `${Math.round(100 * job.progress)} %`);
    // A live region is read aloud where its text changes: it is not written anew without need.
    if (find(".told").textContent !== job.told) find(".told").textContent = job.told;
    find(".left").textContent = this.left(job);
    this.showActions(job);
    this.showResult(job);
  }

  left(job) {
    if (job.state !== "running") return "";
    const share = `${Math.round(100 * job.progress)} %`;
    return job.remaining === null ? share : `${share}, about ${roughly(job.remaining)} left`;
  }

  showActions(job) {
    if (this.shownState === job.state) return;
    this.shownState = job.state;
    const act = (name) => () => this.act(job, name);
    const isLearning = job.kind === "learn";
    const actions = [];
    if (job.state === "running" && isLearning) actions.push(button("Stop", act("stop")));
    if (isLearning && ["stopped", "failed"].includes(job.state)) {
      actions.push(button("Resume", act("resume")));
    }
    if (isUnderWay(job)) actions.push(button("Cancel", act("cancel")));
    else actions.push(button("Delete", act("delete"), { className: "quiet" }));
    const held = this.element.contains(document.activeElement);
    this.element.querySelector(".actions").replaceChildren(...actions);
    if (held && document.activeElement === document.body) actions[0].focus();
  }

  async act(job, name) {
    const loses = `What ${job.name} has made so far is deleted.`;
    if (name === "cancel" && !(await confirmed("Cancel this job?", loses, "Cancel the job"))) return;
    const all = `${job.name} and all that came of it are deleted.`;
    if (name === "delete" && !(await confirmed("Delete this job?", all))) return;
    await attempt(async () => {
      if (name === "delete") await remove(`/jobs/${job.id}`);
      else await post(`/jobs/${job.id}/${name}`);
      await this.watch.look();
    });
  }
}

/**
 * Keep a list of jobs in step with what the server says.
 *
 * @param list the element that holds them
 * @param empty the element that is shown where there is none
 * @param watch `JobWatch`
 * @param kind "discover", "learn" or "export"
 * @param build takes the element for what came of a job, and the job; gives a function that shows it
 */
export function showJobs(list, empty, watch, kind, build) {
  const panels = new Map();
  const elements = new Map();
  watch.addEventListener("change", () => {
    const jobs = watch.of(kind).sort((a, b) => b.id - a.id);
    keepInStep(list, jobs, elements, (job) => {
      panels.set(job.id, new JobPanel(job, watch, build));
      return panels.get(job.id).element;
    });
    for (const id of panels.keys()) if (!elements.has(id)) panels.delete(id);
    for (const job of jobs) panels.get(job.id).update(job);
    empty.hidden = jobs.length > 0;
  });
}
