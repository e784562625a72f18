// The jobs of a project, asked for once a second while there is any under way.

import { get } from "./api.js";

const SECOND = 1000;
const UNDER_WAY = new Set(["waiting", "running"]);

export const isUnderWay = ({ state }) => UNDER_WAY.has(state);

export class JobWatch extends EventTarget {
  constructor() {
    super();
    this.jobs = [];
    this.project = null;
  }

  /** Look at the jobs of another project. */
  async watch(project) {
    this.project = project;
    this.jobs = [];
    await this.look();
  }

  /** Ask now, and again in a second if need be. */
  async look() {
    clearTimeout(this.timer);
    const { project } = this;
    if (project === null) return;
    try {
      const { jobs } = await get(`/projects/${project}/jobs`);
      if (project !== this.project) return;
      const former = new Map(this.jobs.map((job) => [job.id, job.state]));
      this.jobs = jobs;
      this.ended = jobs.filter((job) => !isUnderWay(job) && UNDER_WAY.has(former.get(job.id)));
      this.dispatchEvent(new Event("change"));
      this.isGone = false;
    } catch (error) {
      // It is said once, and asked for again: a program may be started anew.
      if (!this.isGone) this.dispatchEvent(new CustomEvent("gone", { detail: error }));
      this.isGone = true;
    }
    clearTimeout(this.timer);
    if (this.isGone || this.jobs.some(isUnderWay)) {
      this.timer = setTimeout(() => this.look(), SECOND);
    }
  }

  of(kind) {
    return this.jobs.filter((job) => job.kind === kind);
  }
}
