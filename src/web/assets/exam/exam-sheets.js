// The questions of the paper. Those of one sheet come with the page; the others are loaded when it stands, so that a long exam
// is there at once and a network that is lost later keeps nobody from going on.

const REST_MS = 1500;

const asleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Sheets {
  /** `firsts` has the first slot of every sheet. `came(section)` hears of every question before it can be seen. */
  constructor({ form, firsts, came, random = Math.random }) {
    Object.assign(this, { form, firsts, came, random });
    this.sections = new Map();
    this.loading = new Map();
    for (const section of form.querySelectorAll("section[data-slot]")) this.sections.set(Number(section.dataset.slot), section);
  }

  get(slot) {
    return this.sections.get(slot);
  }

  get all() {
    return [...this.sections.values()];
  }

  /** The sheet of a slot, from 0. */
  of(slot) {
    return this.firsts.findLastIndex((first) => first <= slot);
  }

  /** Shows the questions of these slots and no others. */
  show(wanted) {
    for (const [slot, section] of this.sections) section.hidden = !wanted(slot);
  }

  /** The question of a slot, once its sheet is here; undefined when it cannot be had now. */
  async ensure(slot) {
    if (!this.sections.has(slot)) await this.load(this.of(slot));
    return this.get(slot);
  }

  load(sheet) {
    const begun = this.loading.get(sheet) ?? this.fetch(sheet).finally(() => this.loading.delete(sheet));
    this.loading.set(sheet, begun);
    return begun;
  }

  async fetch(sheet) {
    try {
      const answer = await fetch(`${this.form.getAttribute("action")}?sheet=${sheet + 1}`, { headers: { Accept: "text/html" }, cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const section of page.querySelectorAll("#exam section[data-slot]")) this.take(section);
    } catch {
      // The network is away; the next round asks again.
    }
  }

  take(section) {
    const slot = Number(section.dataset.slot);
    if (this.sections.has(slot)) return;
    const behind = this.all.find((other) => Number(other.dataset.slot) > slot);
    section.hidden = true;
    this.form.insertBefore(section, behind ?? this.form.querySelector(".bar"));
    this.sections.set(slot, section);
    this.sections = new Map([...this.sections].sort(([a], [b]) => a - b));
    this.came(section);
  }

  /** Loads what is missing, one sheet after the other and not all learners' at once. */
  async rest() {
    for (const first of this.firsts) {
      if (this.sections.has(first)) continue;
      await asleep(REST_MS * (0.5 + this.random()));
      await this.ensure(first);
    }
  }
}
