// The clock as a page of the room shows it: the digits, what is said as the time runs out, more time, and the end.

import { clockText } from "./exam-clock.js";

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The way to sign in again, beside the page that waits for it. */
export function signIn(words) {
  const there = document.createElement("a");
  return Object.assign(there, { href: "/sign-in", target: "_blank", rel: "noopener", textContent: words.signIn });
}

export class Face {
  /**
   * `words` are the data of the page's form. When the time is over `finish()` is called, again two seconds after it is done;
   * `more()` when there is time again after that.
   */
  constructor({ clock, words, finish, more }) {
    Object.assign(this, { clock, words, finish, more });
    for (const id of ["said", "alarm", "left", "until"]) this[id] = document.getElementById(id);
    this.seconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: words.zone });
    this.finishing = undefined;
    this.over = false;
    // The last warning that was said.
    this.warned = Infinity;
  }

  start() {
    if (this.words.left !== undefined) this.clock.set(Number(this.words.left));
    this.tick();
    setInterval(() => this.tick(), 500);
  }

  time(at) {
    return this.seconds.format(new Date(at));
  }

  speak(text) {
    this.said.textContent = text;
  }

  alert(text) {
    this.alarm.textContent = text;
    this.alarm.hidden = false;
  }

  /** The deadline as the server has it now: later than it is shown when somebody gave more time. */
  ends(deadline) {
    if (!deadline || !this.until || Date.parse(this.until.dateTime) >= Date.parse(deadline)) return;
    Object.assign(this.until, { dateTime: deadline, textContent: this.time(deadline) });
    this.alarm.hidden = true;
    this.speak(fill(this.words.moreTime, { time: this.time(deadline) }));
  }

  tick() {
    const { clock, left, words } = this;
    if (clock.left === Infinity) return;
    if (clock.left <= 0) {
      this.over = true;
      left.textContent = clockText(0);
      this.finishing ??= this.finish().finally(() => setTimeout(() => (this.finishing = undefined), 2000));
      return;
    }
    if (this.over) {
      // Somebody gave more time.
      this.over = false;
      this.alarm.hidden = true;
      this.more();
    }
    left.textContent = clockText(clock.left);
    if (clock.warned > this.warned) {
      // More time: the warning is not true any more.
      this.alarm.hidden = true;
      if (clock.warned === Infinity) left.parentElement.classList.remove("late");
    }
    const warning = clock.warning();
    this.warned = clock.warned;
    if (warning) {
      left.parentElement.classList.add("late");
      this.alert(warning === 60000 ? words.oneMinute : words.five);
    }
  }
}
