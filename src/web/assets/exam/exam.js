// The exam room with life in it: saves on each change, says so beside the question, keeps what the network does not take.
// Without this file the page is a form that is saved with a button.

import { Clock } from "./exam-clock.js";
import { Face, fill, numbers, signIn, tooLate } from "./exam-face.js";
import { move, read, write } from "./exam-fields.js";
import { Leaving } from "./exam-leave.js";
import { Link } from "./exam-link.js";
import { Queue, storage, sweep } from "./exam-queue.js";
import { Sheets } from "./exam-sheets.js";
import { Tabs } from "./exam-tabs.js";

const TYPING_MS = 800;
const LOOK_MS = 60000;
const REPORT_MS = 5000;
const REPORTS = 20;

const form = document.getElementById("exam");
const words = form.dataset;
const attempt = words.attempt;
const notice = document.getElementById("notice");
const [known, firsts] = [words.known, words.firsts].map((list) => list.split(",").map(Number));
const dots = [...form.querySelectorAll(".dot")];
const result = `/attempts/${attempt}/review#ended`;
let one = Number(words.one) || 0;
let locked = false;
let over = false;
let leaving = false;
let offline = false;
// Nobody is signed in here any more, or somebody else, or this is not the network that the quiz is taken from.
let out = false;
// What was answered here, where the answer of another device is shown in its place.
const displaced = new Map();

const clock = new Clock();
const face = new Face({
  clock,
  words,
  finish,
  more() {
    over = false;
    lock(!tabs.writes);
  },
});
const time = (at) => face.time(at);
const speak = (text) => face.speak(text);

/** A line above the questions; with something to do about it. */
function note(text, action) {
  notice.replaceChildren(text ?? "", ...(action ? [" ", action] : []));
  notice.hidden = !text;
}

function button(text, does) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: text });
  made.addEventListener("click", does);
  return made;
}

/** The state of a question in words, when it is here to be seen. */
function show(section, state, text, receipt, action) {
  if (!section) return;
  const line = section.querySelector(".state");
  line.dataset.state = state;
  const [span, code] = [document.createElement("span"), document.createElement("code")];
  span.textContent = text;
  Object.assign(code, { className: "receipt", dir: "ltr", textContent: receipt?.slice(0, 16) ?? "" });
  line.replaceChildren(span, ...(receipt ? [" ", code] : []), ...(action ? [" ", action] : []));
  tabs?.writes && tabs.tell({ slot: Number(section.dataset.slot), state, text, receipt, response: read(section) });
}

/** Says at its fields which parts of a question are no numbers; in words, too. */
function unread(section, parts) {
  const line = section?.querySelector(".unread");
  if (!line) return "";
  line.hidden = !parts.length;
  for (const field of section.querySelectorAll("[inputmode]")) {
    const [, gap] = field.name.split("-");
    const is = parts.includes(Number(gap ?? 0));
    const told = gap ? [] : [line.id.replace("n", "t")];
    field.ariaInvalid = is ? "true" : null;
    field.setAttribute("aria-describedby", [...told, ...(is ? [line.id] : [])].join(" "));
  }
  const gaps = line.querySelector("span");
  if (gaps) gaps.textContent = `${fill(words.gap, { number: numbers(words, parts) })}:`;
  return parts.length ? `. ${line.textContent}` : "";
}

function progress() {
  for (const [slot, dot] of dots.entries()) {
    const section = sheets.get(slot);
    // Of what is not here the server said whether it is answered, unless it waits here to be saved.
    const answer = section ? (read(section) ?? { type: "some" }) : queue.get(slot);
    if (!answer) continue;
    const is = answer.type !== "empty";
    dot.classList.toggle("done", is);
    dot.querySelector(".unseen").textContent = ` ${is ? words.done : words.open}`;
  }
  const answered = dots.filter((dot) => dot.classList.contains("done")).length;
  document.getElementById("progress").textContent = fill(words.answered, { answered, of: dots.length });
}

function connection(lost) {
  const text = fill(queue.keeps ? words.offline : words.offlineUnkept, { waiting: queue.size });
  if (lost) note(text);
  if (lost === offline) return;
  offline = lost;
  report(lost ? "connection_lost" : "connection_restored");
  if (lost) speak(text);
  else {
    note();
    speak(words.online);
  }
}

/** A notice that is said, too, when it is new. */
function warn(text, ...actions) {
  if (!notice.textContent.startsWith(text)) speak(text);
  note(text, ...actions);
}

/** Says why nothing is taken from here although the server is there. */
function barred(text, ...actions) {
  warn(text, ...actions);
  out = true;
}

/** Says that the session has ended, and where another one begins. */
function signedOut() {
  barred(queue.keeps ? words.signedOut : words.noStorage, signIn(words));
}

const sheets = new Sheets({ form, firsts, came });
const link = new Link({ attempt, user: words.user, measured: (ms, sent, got) => clock.set(ms, sent, got) });

const queue = new Queue({
  attempt,
  known,
  storage: storage(),
  send,
  changed(slot, state, got) {
    // It ended while this one was on its way.
    if (leaving) return end(words.ended);
    const section = sheets.get(slot);
    if (!queue.keeps) warn(words.noStorage);
    switch (state) {
      case "saved": {
        connection(false);
        out = false;
        const text = fill(words.saved, { time: time(got.at) });
        show(section, "saved", text, got.receipt);
        // Saved as it was written, whatever marking will make of it.
        speak(`${fill(words.question, { number: slot + 1 })}: ${text}${unread(section, got.not_numbers)}`);
        if (queue.size === 0 && !over && !offline) note();
        break;
      }
      case "newer":
        elsewhere(slot, got);
        break;
      case "refused":
        show(section, "refused", `${words.refused} ${got.words}`);
        speak(`${fill(words.question, { number: slot + 1 })}: ${words.refused} ${got.words}`);
        break;
      case "waiting":
        if (got.words) barred(got.words);
        else connection(true);
        for (const slot of queue.entries.keys()) waits(sheets.get(slot));
        break;
      case "signin":
        signedOut();
        waits(section);
        break;
      case "over":
        end(words.ended);
        break;
      default:
        show(section, state, words[state]);
    }
  },
});

/**
 * Nothing can be done here any more: the result has what was saved. What was not is said first, and stays on this device for the
 * case that the attempt is opened again.
 */
function end(text) {
  leaving = true;
  over = true;
  queue.paused = true;
  clock.set(null);
  face.alert(text);
  lock(true);
  const { late } = queue;
  if (late.length === 0) return location.replace(result);
  for (const slot of late) show(sheets.get(slot), "refused", `${words.refused} ${text}`);
  warn(...tooLate(words, late, result));
}

function lock(shut) {
  locked = shut;
  for (const set of form.querySelectorAll("fieldset")) set.disabled = locked;
  // Gaps of a text stand outside of a fieldset.
  for (const gap of form.querySelectorAll(".prose [name]")) gap.disabled = locked;
}

/** Shows a response that was not given here now. From then on it is what was answered last. */
function render(section, response) {
  write(section, response);
  section.dataset.last = JSON.stringify(read(section));
}

/** Sends an answer. Something newer comes with all that is needed to show it; while that cannot be had, this one waits. */
async function send(slot, sequence, response) {
  const got = await link.send(slot, sequence, response);
  if (got.kind !== "newer") return got;
  const [section, view] = [await sheets.ensure(slot), await link.load()];
  return section && view ? { ...got, view } : { kind: "later" };
}

/** Shows what another device saved; what was answered here can be put back. */
function elsewhere(slot, { view, mine }) {
  if (mine) displaced.set(slot, mine);
  take(view, slot);
  if (displaced.has(slot)) speak(`${fill(words.question, { number: slot + 1 })}: ${words.elsewhere}`);
}

/** The way back to what was answered here, while another device's answer is shown; none where they are the same. */
function back(slot, section) {
  const mine = displaced.get(slot);
  if (!mine || JSON.stringify(mine) === section.dataset.last) {
    displaced.delete(slot);
    return undefined;
  }
  return button(words.mine, () => {
    if (locked) return;
    displaced.delete(slot);
    render(section, mine);
    queue.put(slot, mine);
    queue.kick();
    progress();
  });
}

/** Does it run, and for how long? */
function stands(view) {
  if (view.state !== "running") return end(words.ended);
  face.ends(view.deadline);
}

/** Takes over what the server has: all that is newer than what is known here, and nothing that waits here. */
function take(view, asked) {
  stands(view);
  if (leaving) return;
  for (const { slot, sequence, response } of view.slots) {
    if (queue.entries.has(slot) || (sequence <= queue.known[slot] && slot !== asked)) continue;
    queue.known[slot] = Math.max(queue.known[slot], sequence);
    const section = sheets.get(slot);
    if (!section) continue;
    render(section, response);
    show(section, "elsewhere", words.elsewhere, undefined, back(slot, section));
  }
  progress();
}

const tabs = new Tabs({
  attempt,
  lost() {
    queue.paused = true;
    lock(true);
    warn(words.otherTab, button(words.here, () => tabs.claim()));
  },
  async taken() {
    note();
    restore();
    const view = await link.load();
    if (view) take(view);
    // Meanwhile another tab went on, or it ended.
    if (!tabs.writes || leaving) return;
    lock(over);
    queue.paused = false;
    queue.kick();
  },
  heard({ slot, state, text, receipt, response }) {
    if (slot === undefined) return;
    const section = sheets.get(slot);
    if (section && response) render(section, response);
    // What the writer has to send, it sends; both look at the same storage.
    queue.entries.delete(slot);
    show(section, state, text, receipt);
    progress();
  },
});

function restore() {
  queue.entries.clear();
  for (const slot of queue.restore()) answered(slot);
  progress();
}

/** Shows what was answered here and is not saved yet. */
function answered(slot) {
  const section = sheets.get(slot);
  if (!section) return;
  render(section, queue.get(slot));
  waits(section);
}

/** Says that an answer waits; that it is kept, only where it is. */
function waits(section) {
  show(section, "waiting", queue.keeps ? words.waiting : words.typing);
}

function changed(event) {
  const section = event.target.closest("section[data-slot]");
  if (!section || !event.target.name || !tabs.writes || over) return;
  const slot = Number(section.dataset.slot);
  if (section.dataset.kind === "order" && event.type === "change") {
    // An order has all of its items: without one it is no answer.
    if (event.target.value === "") write(section);
    else move(section, event.target.closest("li"), Number(event.target.value) - 1);
  }
  const typing = event.type === "input" && (event.target.type === "text" || event.target.type === "textarea");
  if (event.target.type === "textarea") count(event.target);
  const response = read(section);
  if (!response) return;
  if (!queue.entries.has(slot) && section.dataset.last === JSON.stringify(response)) return;
  displaced.delete(slot);
  if (JSON.stringify(queue.get(slot)) !== JSON.stringify(response)) queue.put(slot, response);
  section.dataset.last = JSON.stringify(response);
  progress();
  if (typing) queue.soon(TYPING_MS);
  else queue.kick();
}

function count(area) {
  const place = area.parentElement.querySelector("[data-words]");
  if (place) place.textContent = fill(words.words, { words: area.value.split(/\s+/).filter(Boolean).length });
  const room = area.parentElement.querySelector("[data-room]");
  if (room) room.textContent = leftIn(area.value, Number(area.dataset.bytes));
}

const utf8 = new TextEncoder();
/** What is kept of a text has a bound in bytes, and how many letters that is depends on the script: said near the end. */
function leftIn(text, most) {
  const bytes = utf8.encode(text).length;
  if (bytes <= most * 0.9) return "";
  const letters = [...text];
  if (bytes <= most) return fill(words.roomLeft, { left: Math.floor(((most - bytes) * letters.length) / bytes) });
  let room = most;
  const fit = letters.findIndex((letter) => (room -= utf8.encode(letter).length) < 0);
  return fill(words.roomOver, { over: letters.length - fit });
}

// Refused answers of which it was said that the room is left without them.
let without = "";
/** Sends everything; may another page follow? */
async function flush() {
  await queue.kick();
  const refused = numbers(words, queue.refused);
  if (queue.waiting > 0) {
    // Trying again does not help who is signed out, and that is said already.
    if (!out) note(fill(words.unsent, { waiting: queue.waiting }));
  } else if (refused && refused !== without) {
    // Waiting does not help: the answer has to change, or what was saved before counts.
    without = refused;
    const [first] = queue.refused;
    if (sheets.get(first)?.hidden) visit(first + 1);
    note(fill(words.unsaved, { questions: refused }));
  } else {
    return true;
  }
  notice.scrollIntoView({ block: "nearest" });
  return false;
}

/** Goes to a question on this page, or on a sheet that was loaded; was it there? */
function visit(number) {
  const slot = Math.min(Math.max(number, 1), dots.length) - 1;
  if (!sheets.get(slot)) return false;
  const sheet = sheets.of(slot);
  if (one) one = slot + 1;
  sheets.show((other) => (one ? other === slot : sheets.of(other) === sheet));
  for (const [at, dot] of dots.entries()) {
    if (one === at + 1) dot.setAttribute("aria-current", "true");
    else dot.removeAttribute("aria-current");
  }
  const [at, last] = one ? [one, dots.length] : [sheet + 1, firsts.length];
  for (const [id, shut] of [["previous", at === 1], ["next", at === last]]) {
    const button = document.getElementById(id);
    if (button) button.disabled = shut;
  }
  const name = one ? "question" : "sheet";
  form.elements[name].value = String(at);
  if (!one) {
    const first = firsts[sheet] + 1;
    document.getElementById("single").value = String(first);
    document.getElementById("range").textContent = fill(words.range, { first, last: firsts[sheet + 1] ?? dots.length });
  }
  history.replaceState(null, "", `?${name}=${at}`);
  document.getElementById(`h${slot + 1}`).focus();
  queue.kick();
  return true;
}

/** The question that a button leads to and that may be here already. */
function aim(to) {
  const step = { next: 1, previous: -1 }[to];
  if (one) return step ? one + step : Number(to);
  if (step) return (firsts[Number(form.elements.sheet.value) - 1 + step] ?? NaN) + 1;
  return to.startsWith("at-") ? Number(to.slice(3)) : NaN;
}

/** The page of the room that has what a button leads to. */
function address(to) {
  const room = `/attempts/${attempt}`;
  const number = aim(to);
  if (to === "submit") return `${room}/submit`;
  if (to === "all") return `${room}?sheet=${sheets.of(one - 1) + 1}`;
  if (Number(to) || one) return `${room}?question=${Number(to) || number}`;
  return `${room}?sheet=${sheets.of(number - 1) + 1}#q${number}`;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const to = event.submitter?.value ?? "save";
  if (!tabs.writes || over) return;
  if (visit(aim(to)) || !(await flush()) || to === "save") return;
  leave.go(address(to));
});
form.addEventListener("click", (event) => {
  const dot = event.target.closest("a.dot");
  // A question of this page that is in sight is a place on it.
  if (!dot || !sheets.get(Number(dot.dataset.to) - 1)?.hidden) return;
  event.preventDefault();
  visit(Number(dot.dataset.to));
});
form.addEventListener("input", changed);
form.addEventListener("change", changed);
for (const kind of ["paste", "copy"]) {
  form.addEventListener(kind, () => report(kind === "paste" ? "pasted" : "copied"));
}

// What happened, for those who supervise. Only the last ones wait, and each kind once in a while.
const reports = [];
const reported = {};
function report(kind) {
  const now = performance.now();
  if (over || now - (reported[kind] ?? -Infinity) < REPORT_MS) return;
  reported[kind] = now;
  if (reports.length < REPORTS) reports.push({ kind, detail: new Date().toISOString() });
}
setInterval(() => {
  if (reports.length && !offline && !over && tabs.writes) link.report(reports.splice(0));
}, REPORT_MS);
addEventListener("blur", () => report("focus_lost"));
addEventListener("focus", () => {
  report("focus_gained");
  queue.kick();
});

addEventListener("online", () => queue.kick());
addEventListener("offline", () => queue.size && connection(true));
document.addEventListener("visibilitychange", () => queue.kick());
const leave = new Leaving({
  room: `/attempts/${attempt}`,
  asks: () => !over && !leaving && tabs.writes,
  loses: () => queue.waiting > 0 && !leaving && tabs.writes,
});

/** The time is over: what waits is sent while it still counts, then the result is shown. */
async function finish() {
  if (!over) {
    over = true;
    lock(true);
    face.alert(words.over);
  }
  if (!tabs.writes || leaving) return;
  await queue.kick();
  if (leaving) return;
  if (queue.waiting && clock.left > -Number(words.grace)) {
    face.alert(fill(words.overWaiting, { waiting: queue.waiting }));
    return;
  }
  const came = await link.submit();
  if (came === "signin") signedOut();
  if (came === "later" && link.barred) barred(link.barred);
  if (came === "done") end(words.ended);
}

/** Makes a question that came ready to be answered. */
function ready(section) {
  for (const row of section.querySelectorAll(".order > li")) {
    const step = (by) => () => {
      const at = [...row.parentElement.children].indexOf(row);
      move(section, row, at + by);
      const [place, { length: of }] = [row.querySelector("select").value, row.parentElement.children];
      speak(fill(words.place, { place, of }));
      changed({ target: row.querySelector("select"), type: "moved" });
    };
    const [up, down] = [button("↑", step(-1)), button("↓", step(1))];
    up.setAttribute("aria-label", words.up);
    down.setAttribute("aria-label", words.down);
    for (const it of [up, down]) it.setAttribute("aria-describedby", row.querySelector(".item").id);
    row.append(up, down);
  }
  section.querySelectorAll("textarea").forEach(count);
}

/** A question of another sheet is here: with what waits for it, and not older than what is known of it. */
async function came(section) {
  const [slot, sequence] = [Number(section.dataset.slot), Number(section.dataset.sequence)];
  ready(section);
  if (locked) lock(true);
  if (queue.entries.has(slot)) answered(slot);
  else if (queue.known[slot] > sequence) {
    const view = await link.load();
    if (view) take(view, slot);
  }
  queue.known[slot] = Math.max(queue.known[slot], sequence);
  progress();
}

// As the page came from the server, whatever the browser kept of an older form; then what waits here.
form.reset();
sweep(storage(), attempt);
sheets.all.forEach(ready);
tabs.claim();
restore();
face.start();
// Extensions, an end by those who supervise, answers from another device.
setInterval(async () => {
  if (over || !tabs.writes || document.visibilityState !== "visible") return;
  const view = await link.load();
  if (view) take(view);
  sheets.rest();
}, LOOK_MS + Math.random() * 10000);
link.stay(() => !over && tabs.writes, stands);
queue.kick();
sheets.rest();
