// The page before handing in: the attempt still runs, with the room's clock, and leaving it asks. Handing in goes on until the
// server has it. Without this file the page is a form.

import { Clock } from "./exam-clock.js";
import { Face, signIn } from "./exam-face.js";
import { Leaving } from "./exam-leave.js";
import { Link } from "./exam-link.js";

const AGAIN_MS = 3000;

const form = document.getElementById("hand-in-form");
const words = form.dataset;
const room = `/attempts/${words.attempt}`;
const notice = document.getElementById("notice");
// The button was pressed.
let wanted = false;
let done = false;
let sending;
let timer;

const clock = new Clock();
const link = new Link({ attempt: words.attempt, user: words.user, measured: (ms, sent, got) => clock.set(ms, sent, got) });
const leave = new Leaving({ room, asks: () => !done });
const face = new Face({
  clock,
  words,
  finish() {
    face.alert(words.over);
    return send();
  },
  more() {
    if (!wanted) notice.hidden = true;
  },
});

/** Says why it is not handed in, once. */
function note(text, ...more) {
  if (notice.hidden || !notice.textContent.startsWith(text)) face.speak(text);
  notice.replaceChildren(text, ...more);
  notice.hidden = false;
}

function send() {
  clearTimeout(timer);
  sending ??= handIn().finally(() => (sending = undefined));
  return sending;
}

async function handIn() {
  if (done) return;
  const came = await link.submit();
  if (came === "done") {
    done = true;
    leave.stay();
    // It is handed in: sent once more, which is safe, the form brings the page that says so.
    form.elements.csrf.value = link.csrf;
    form.submit();
    return;
  }
  if (came === "signin") {
    note(words.signedOut, " ", signIn(words));
  } else {
    note(words.away);
  }
  if (wanted) timer = setTimeout(send, AGAIN_MS);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  wanted = true;
  send();
});
addEventListener("online", () => wanted && send());

face.start();
link.stay(
  () => !done,
  ({ state, deadline }) => {
    if (state === "running") return face.ends(deadline);
    done = true;
    face.alert(words.ended);
    location.replace(`${room}/review`);
  },
);
