// The clock as a page of the room shows it: the digits, what is said as the time runs out, more time, and the end.

import { clockText } from "./exam-clock.js";

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The numbers of questions or gaps as they are read, from 1. */
export const numbers = (words, places) => places.map((at) => at + 1).join(words.comma);

/** What came too late, and the way to the result beside it. */
export function tooLate(words, slots, result) {
  const there = Object.assign(document.createElement("a"), { href: result, textContent: words.toResult });
  return [fill(words.late, { questions: numbers(words, slots) }), there];
}

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
    const { lang } = document.documentElement;
    const format = (language, parts) => new Intl.DateTimeFormat(language, { ...parts, timeZone: words.zone });
    this.seconds = format("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    this.day = format(`${lang === "en" ? "en-GB" : lang}-u-nu-latn`, { day: "numeric", month: "long", year: "numeric" });
    // The server's time, by the browser's steady clock.
    this.ahead = Number(words.now) - performance.now();
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

  /** The clock of a moment, behind the day unless that is today. */
  time(at) {
    const moment = new Date(at);
    const [clock, day] = [this.seconds.format(moment), this.day.format(moment)];
    const today = this.day.format(this.ahead + performance.now());
    return day === today ? clock : fill(this.words.moment, { day, clock });
  }

  speak(text) {
    this.said.textContent = text;
  }

  alert(text) {
    // Not the same once more to those who hear it.
    if (this.alarm.hidden || this.alarm.textContent !== text) this.alarm.textContent = text;
    this.alarm.hidden = false;
  }

  /** The deadline of an attempt that runs as the server has it now: later than it is shown, there at last, or gone. */
  ends(deadline) {
    const { until, words } = this;
    const before = until.dateTime;
    if (deadline ? Date.parse(before) >= Date.parse(deadline) : !before) return;
    const time = deadline ? this.time(deadline) : "";
    Object.assign(until, { dateTime: deadline ?? "", textContent: time });
    until.parentElement.hidden = !deadline;
    if (!deadline) this.calm();
    this.speak(deadline ? fill(before ? words.moreTime : words.limit, { time }) : words.noLimit);
  }

  /** What was said of the end is not true any more. */
  calm() {
    this.alarm.hidden = true;
    if (this.over) this.more();
    this.over = false;
  }

  tick() {
    const { clock, left, words } = this;
    left.parentElement.hidden = clock.left === Infinity;
    if (clock.left === Infinity) return;
    if (clock.left <= 0) {
      this.over = true;
      left.textContent = clockText(0);
      this.finishing ??= this.finish().finally(() => setTimeout(() => (this.finishing = undefined), 2000));
      return;
    }
    // Somebody gave more time.
    if (this.over) this.calm();
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
