// The exam monitor follows the events of the API: counts, bars and rows change in place. Without it the page is as it
// was when it was loaded.
const root = document.getElementById("live");
const words = root.dataset;
const rows = new Map();
const shown = new Map();
const list = document.getElementById("rows");
const language = document.documentElement.lang;
const ago = new Intl.RelativeTimeFormat(`${language}-u-nu-latn`, { numeric: "auto" });
let ahead = Number(words.now) - Date.now();
const MAX_SHOWN = 500;

for (const tr of list.querySelectorAll("tr")) shown.set(Number(tr.dataset.attempt), tr);

const now = () => Date.now() + ahead;

function stand(row) {
  if (row.finished) return [row.finished_by, "good"];
  if (row.connection_lost) return ["lost", "bad"];
  if (now() - Date.parse(row.seen) >= Number(words.silent)) return ["silentWord", "warn"];
  return ["running", "accent"];
}

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function distance(at) {
  const seconds = Math.round((at - now()) / 1000);
  if (seconds > -60) return ago.format(Math.min(seconds, 0), "second");
  if (seconds > -3600) return ago.format(Math.trunc(seconds / 60), "minute");
  return ago.format(Math.trunc(seconds / 3600), "hour");
}

function left(row) {
  if (row.finished) return "–";
  if (!row.deadline) return words.noEnd;
  const seconds = Math.ceil((Date.parse(row.deadline) - now()) / 1000);
  if (seconds <= 0) return words.over;
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}

function draw(row, tr) {
  const [word, colour] = stand(row);
  put(tr.querySelector(".far"), `${row.answered} / ${row.questions}`);
  const progress = tr.querySelector("progress");
  progress.max = row.questions;
  progress.value = row.answered;
  put(tr.querySelector(".left"), left(row));
  const time = tr.querySelector(".seen time");
  time.dateTime = row.seen;
  put(time, distance(Date.parse(row.seen)));
  const tag = tr.querySelector(".tag");
  tag.className = `tag ${colour}`;
  put(tag, words[word]);
  const reopen = tr.querySelector(".reopen");
  if (reopen) reopen.hidden = !row.finished;
}

// Whoever has come in since the page was made joins the list, unless it shows others.
function join(row) {
  const came = row.attempt > Number(words.newest) && !(row.finished && words.show === "running");
  if (words.joins !== "true" || !came || shown.size >= MAX_SHOWN) return;
  const tr = document.getElementById("row").content.firstElementChild.cloneNode(true);
  tr.dataset.attempt = row.attempt;
  for (const name of tr.querySelectorAll("bdi")) name.textContent = row.name ?? String(row.user);
  const box = tr.querySelector("input");
  if (box) box.value = row.attempt;
  tr.querySelector(".paper").href = `/attempts/${row.attempt}/review`;
  const reopen = tr.querySelector(".reopen");
  if (reopen) reopen.href = `/attempts/${row.attempt}/reopen`;
  list.append(tr);
  list.parentElement.hidden = false;
  document.getElementById("nobody")?.remove();
  shown.set(row.attempt, tr);
}

function count() {
  const counts = { all: rows.size, running: 0, silent: 0, finished: 0 };
  const far = [0, 0, 0, 0];
  for (const row of rows.values()) {
    const colour = stand(row)[1];
    counts[colour === "good" ? "finished" : colour === "accent" ? "running" : "silent"] += 1;
    if (row.finished) continue;
    const part = row.answered === 0 ? 0 : row.answered >= row.questions ? 3 : row.answered * 2 >= row.questions ? 2 : 1;
    far[part] += 1;
  }
  for (const [name, number] of Object.entries(counts)) put(root.querySelector(`[data-count="${name}"]`), String(number));
  let from = 0;
  for (const [name, colour] of [["finished", "good"], ["running", "accent"], ["silent", "warn"]]) {
    const long = counts.all ? Math.floor((counts[name] * 1000) / counts.all) : 0;
    const bar = root.querySelector(`[data-bar="${colour}"]`);
    bar.setAttribute("x", from);
    bar.setAttribute("width", long);
    from += long;
  }
  const working = counts.running + counts.silent;
  far.forEach((number, part) => {
    put(root.querySelector(`[data-far="${part}"]`), String(number));
    const long = working ? Math.floor((number * 1000) / working) : 0;
    root.querySelector(`[data-far-bar="${part}"]`).setAttribute("width", long);
  });
}

function tick() {
  for (const [attempt, tr] of shown) {
    const row = rows.get(attempt);
    if (row) draw(row, tr);
  }
  count();
}

function take(data) {
  ahead = Date.parse(data.server_time) - Date.now();
  for (const row of data.rows ?? []) {
    rows.set(row.attempt, row);
    if (!shown.has(row.attempt)) join(row);
  }
  if (!data.more) tick();
}

const state = document.getElementById("live-state");
const events = new EventSource(words.events);
for (const name of ["snapshot", "changes", "time"]) {
  events.addEventListener(name, (event) => {
    put(state, state.dataset.on);
    take(JSON.parse(event.data));
  });
}
events.addEventListener("error", () => put(state, state.dataset.off));
setInterval(() => rows.size && tick(), 1000);

const every = document.getElementById("every");
if (every) {
  every.hidden = false;
  every.addEventListener("change", () => {
    for (const box of list.querySelectorAll("input")) box.checked = every.checked;
  });
}
