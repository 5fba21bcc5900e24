// The page before handing in: the attempt still runs, with the room's clock, and leaving it asks. What this device still has of
// the answers is sent first, and handing in goes on until the server has it. Without this file the page is a form.

import { Clock } from "./exam-clock.js";
import { Face, fill, numbers, signIn, tooLate } from "./exam-face.js";
import { Leaving } from "./exam-leave.js";
import { Link } from "./exam-link.js";
import { Queue, storage } from "./exam-queue.js";

const AGAIN_MS = 3000;

const form = document.getElementById("hand-in-form");
const words = form.dataset;
const room = `/attempts/${words.attempt}`;
const notice = document.getElementById("notice");
// The button was pressed.
let wanted = false;
let over = false;
let done = false;
// The server takes no answers any more.
let closed = false;
// Something was sent that the page does not know of.
let sent = false;
// Refused answers of which it was said that handing in is without them.
let without = "";
let sending;
let timer;

const clock = new Clock();
const link = new Link({ attempt: words.attempt, user: words.user, measured: (ms, sent, got) => clock.set(ms, sent, got) });
const leave = new Leaving({ room, asks: () => !done });
const face = new Face({
  clock,
  words,
  finish() {
    if (!over) face.alert(words.over);
    over = true;
    return send();
  },
  more() {
    over = false;
    closed = false;
    queue.paused = false;
    if (!wanted) notice.hidden = true;
  },
});

// Answers that a room without a network left on this device.
const queue = new Queue({
  attempt: words.attempt,
  known: words.known.split(",").map(Number),
  storage: storage(),
  send: async (slot, sequence, response) => ({ sequence, ...(await link.send(slot, sequence, response)) }),
  changed(slot, state, got) {
    if (state === "newer") return back(slot, got);
    if (state === "waiting") note(got.words ?? (wanted ? words.away : fill(words.unsent, { waiting: queue.waiting })));
    if (state === "over") closed = true;
    if (state === "signin") signedOut();
    if (state === "saved") sent = true;
    if (state === "saved" || state === "refused") settle();
  },
});

/** Says why it is not handed in, once. */
function note(text, ...more) {
  if (notice.hidden || !notice.textContent.startsWith(text)) face.speak(text);
  notice.replaceChildren(text, ...more);
  notice.hidden = false;
}

function signedOut() {
  note(words.signedOut, " ", signIn(words));
}

/** Another device saved something else meanwhile. The room shows both, so it gets this one back. */
function back(slot, { sequence, mine }) {
  // Too late to choose: what the server has counts.
  if (over || !mine) return;
  queue.paused = true;
  queue.store(slot, { sequence, response: mine, order: 0, at: Date.now() });
  done = true;
  leave.stay();
  location.replace(room);
}

/** Nothing waits any more: the page comes again with what is answered now, or says what cannot be saved. */
function settle() {
  if (wanted || over || done || queue.waiting) return;
  if (sent) again();
  else isRefused();
}

function again() {
  leave.stay();
  location.reload();
}

/** Is there a refused answer of which nothing was said yet? */
function isRefused() {
  const questions = numbers(words, queue.refused);
  if (!questions || questions === without) return false;
  without = questions;
  note(fill(words.unsaved, { questions }));
  return true;
}

function send() {
  clearTimeout(timer);
  sending ??= handIn().finally(() => (sending = undefined));
  return sending;
}

async function handIn() {
  if (done) return;
  // Another tab may have left something, too.
  queue.restore();
  await queue.kick();
  if (done) return;
  if (queue.waiting && !closed && clock.left > -Number(words.grace)) {
    if (over) face.alert(fill(words.overWaiting, { waiting: queue.waiting }));
  } else if (!over && isRefused()) {
    wanted = false;
  } else if (await submit()) {
    return;
  }
  if (wanted) timer = setTimeout(send, AGAIN_MS);
}

/** What was not saved is named before the result is shown. Was there anything? */
function isLate() {
  const { late } = queue;
  if (late.length === 0) return false;
  queue.paused = true;
  clock.set(null);
  face.alert(words.ended);
  document.getElementById("hand-in").disabled = true;
  const [text, there] = tooLate(words, late, `${room}/review`);
  note(text, " ", there);
  return true;
}

/** Is it handed in? */
async function submit() {
  const came = await link.submit();
  if (came === "done") {
    done = true;
    leave.stay();
    if (isLate()) return true;
    // It is handed in: sent once more, which is safe, the form brings the page that says so.
    form.elements.csrf.value = link.csrf;
    form.submit();
    return true;
  }
  if (came === "signin") signedOut();
  else note(link.barred ?? words.away);
  return false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  wanted = true;
  send();
});
addEventListener("online", () => (wanted ? send() : queue.kick()));
// Kept for the way back it shows how it was.
addEventListener("pageshow", ({ persisted }) => persisted && again());

queue.restore();
queue.kick();
face.start();
link.stay(
  () => !done,
  ({ state, deadline }) => {
    if (state === "running") return face.ends(deadline);
    done = true;
    face.alert(words.ended);
    if (!isLate()) location.replace(`${room}/review#ended`);
  },
);
