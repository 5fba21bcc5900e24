// The gradebook as one table: all learners are loaded page by page, only those in sight are in the document, and grades
// are changed in place. Without it there are pages, and a form for each learner.
const region = document.getElementById("grades");
const state = document.getElementById("grades-state");
// A number whose digits stand in groups, or that could be read so.
const grouped = /^[-+]?(?!0+,)[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$/;
if (region) start();

// An error has `words` to be shown: those of the server in the page's language, or that it did not answer.
async function json(path, options = {}) {
  const csrf = document.querySelector("meta[name=csrf]").content;
  const language = document.documentElement.lang;
  const headers = { Accept: "application/json", "Accept-Language": language, "X-CSRF-Token": csrf, ...options.headers };
  let answer, body;
  try {
    answer = await fetch(path, { ...options, headers });
    body = answer.status === 204 ? null : await answer.json();
  } catch (error) {
    throw Object.assign(error, { words: state.dataset.silent });
  }
  if (answer.ok) return { body, tag: answer.headers.get("ETag") };
  throw Object.assign(new Error(body.code), { status: answer.status, words: body.words ?? state.dataset.silent });
}

async function start() {
  const { course, edits } = region.dataset;
  const api = `/api/courses/${course}/grades`;
  const chosen = region.dataset.users ? new Set(region.dataset.users.split(" ").map(Number)) : null;
  const table = region.querySelector("table");
  const body = table.tBodies[0];
  const search = document.getElementById("name");
  const height = body.rows[0].getBoundingClientRect().height;
  const quizzes = new Set();
  // What was typed and not taken, with the reason, by learner and item.
  const refused = new Map();
  let all = [];
  let seen = [];
  let edited = null;
  let focus = null;

  const say = (text) => { state.textContent = text; };
  const learners = state.textContent;

  async function load() {
    const structure = (await json(`${api}/structure`)).body;
    for (const item of structure.items) if (item.quiz !== null) quizzes.add(item.id);
    say(state.dataset.loading);
    let after = "";
    let sort = "&sort=name";
    const lines = [];
    do {
      let page;
      try {
        page = (await json(`${api}?limit=100${sort}${after}`)).body;
      } catch (error) {
        // Too many for the order of names: that of accounts.
        if (error.status !== 409 || !sort) throw error;
        sort = "";
        continue;
      }
      lines.push(...page.items);
      after = page.next ? `&after=${page.next}` : "";
    } while (after || (sort === "" && lines.length === 0));
    all = lines.filter((line) => !chosen || chosen.has(line.user));
    if (edits === "true") table.setAttribute("role", "grid");
    document.getElementById("grade-pages")?.remove();
    say(learners);
    sift();
  }

  function sift() {
    const wanted = search.value.trim().toLowerCase();
    seen = all.filter((line) => `${line.name}\n${line.username}`.toLowerCase().includes(wanted));
    table.setAttribute("aria-rowcount", seen.length + 1);
    draw();
  }

  function cells(line) {
    const [total, ...others] = line.categories;
    const percent = (cell) => (cell.shown === null ? "–" : `${cell.shown} %`);
    return [
      { text: percent(total) + (line.letter ? ` ${line.letter}` : ""), cell: total, kind: "total-cell" },
      ...line.items.map((cell) => ({ text: cell.points ?? "–", cell, item: cell.node })),
      ...others.map((cell) => ({ text: percent(cell), cell })),
    ];
  }

  function row(line, index) {
    const tr = document.createElement("tr");
    tr.dataset.user = line.user;
    tr.setAttribute("aria-rowindex", index + 2);
    const th = document.createElement("th");
    th.scope = "row";
    th.className = "who-column";
    const link = document.createElement("a");
    link.href = `/courses/${course}/gradebook/${line.user}`;
    link.title = line.name;
    const name = document.createElement("bdi");
    name.textContent = line.name || String(line.user);
    link.append(name);
    th.append(link);
    tr.append(th);
    cells(line).forEach((one, at) => tr.append(fill(document.createElement("td"), line, one, at + 1)));
    return tr;
  }

  function fill(td, line, { text, cell, item, kind }, column) {
    td.className = `number ${kind ?? ""}`;
    td.classList.toggle("by-hand", cell.overridden);
    td.classList.toggle("left-out", cell.excluded);
    td.textContent = text;
    if (edits !== "true") return td;
    td.tabIndex = focus && focus.user === line.user && focus.column === column ? 0 : -1;
    td.setAttribute("aria-readonly", item === undefined);
    if (item !== undefined) {
      td.dataset.item = item;
      const at = { user: line.user, item };
      const kept = refused.get(keyOf(at));
      if (kept) td.replaceChildren(kept.text, reason(td, at, kept));
    }
    return td;
  }

  // A line as it is now. Its cells stay: the tap or the click that ends one edit may be meant for the next cell.
  function refresh(line) {
    const tr = body.querySelector(`tr[data-user="${line.user}"]`);
    if (!tr) return;
    cells(line).forEach((one, at) => {
      const td = tr.cells[at + 1];
      if (!td.contains(edited)) fill(td, line, one, at + 1);
    });
  }

  const keyOf = ({ user, item }) => `${user}/${item}`;

  // Why what was typed in a cell was not taken, beside it.
  function reason(td, at, { words }) {
    td.classList.add("wrong");
    const why = document.createElement("span");
    why.className = "why";
    why.id = `why-${at.user}-${at.item}`;
    why.textContent = words;
    return why;
  }

  // Stands for rows out of sight: above those that are drawn, below them, and between them and one that has the focus.
  function spacer() {
    const tr = document.createElement("tr");
    tr.className = "spacer";
    tr.setAttribute("aria-hidden", "true");
    tr.insertCell().colSpan = table.tHead.rows[0].cells.length;
    return tr;
  }
  const spacers = [spacer(), spacer(), spacer()];
  // The whole table, as paper has it.
  let whole = false;

  let drawn = "";
  // Rows in the document, by their place among those that are seen.
  const rows = new Map();
  function draw(force = true) {
    const first = whole ? 0 : Math.max(0, Math.floor(region.scrollTop / height) - 10);
    const last = Math.min(seen.length, whole ? Infinity : first + Math.ceil(region.clientHeight / height) + 20);
    // What has the focus stays in the document, wherever it was scrolled to.
    const active = body.contains(document.activeElement) ? document.activeElement : null;
    const held = active ? seen.findIndex((line) => String(line.user) === active.closest("tr").dataset.user) : -1;
    const key = `${first}-${last}-${held}`;
    if (!force && key === drawn) return;
    drawn = key;
    const column = active?.closest("td, th").cellIndex;
    if (force) {
      rows.clear();
      body.replaceChildren();
    }
    const is = (at) => at === held || (at >= first && at < last);
    // What stays in sight stays as it is: a step of scrolling builds only the rows that come.
    for (const [at, tr] of rows) {
      if (is(at)) continue;
      tr.remove();
      rows.delete(at);
    }
    for (const tr of spacers) tr.remove();
    const wanted = Array.from({ length: last - first }, (_, at) => first + at);
    if (held >= 0 && held < first) wanted.unshift(held);
    if (held >= last) wanted.push(held);
    let [next, due, gap] = [body.firstChild, 0, 0];
    const skip = (to) => {
      if (to === due) return;
      const tr = spacers[gap++];
      // A height as an attribute: the policy of the page allows no style.
      tr.cells[0].setAttribute("height", Math.round((to - due) * height));
      body.insertBefore(tr, next);
    };
    for (const at of wanted) {
      skip(at);
      due = at + 1;
      if (rows.has(at)) {
        next = rows.get(at).nextSibling;
        continue;
      }
      const tr = row(seen[at], at);
      rows.set(at, tr);
      body.insertBefore(tr, next);
    }
    skip(seen.length);
    if (force && held >= 0) {
      const cell = rows.get(held).cells[column];
      (cell.querySelector("a") ?? cell).focus({ preventScroll: true });
    }
    if (edits === "true" && !body.querySelector("[tabindex='0']")) {
      const cell = body.querySelector("td[data-item]");
      if (cell) cell.tabIndex = 0;
    }
  }

  const find = ({ user, item }) => body.querySelector(`tr[data-user="${user}"] td[data-item="${item}"]`);
  const place = (td) => ({ user: Number(td.parentElement.dataset.user), item: Number(td.dataset.item) });

  // Clear of the head and of the column of names, which stay where they are.
  const reveal = (it) => it.scrollIntoView({ block: "nearest", inline: "nearest" });

  function move(td, down, across) {
    // The rows around it are there once it is in sight.
    reveal(td);
    draw(false);
    const { user } = place(td);
    const at = seen.findIndex((line) => line.user === user) + down;
    const cell = rows.get(at)?.cells[td.cellIndex + across];
    if (cell?.tagName !== "TD") return;
    cell.focus({ preventScroll: true });
    reveal(cell);
  }

  async function edit(td, typed) {
    const at = place(td);
    const line = all.find((one) => one.user === at.user);
    const cell = line.items.find((one) => one.node === at.item);
    const kept = refused.get(keyOf(at));
    const path = `${api}/learners/${at.user}/items/${at.item}`;
    const input = document.createElement("input");
    input.inputMode = "decimal";
    const item = table.tHead.rows[0].cells[td.cellIndex].querySelector("bdi").textContent;
    const names = { name: line.name || String(line.user), item };
    input.setAttribute("aria-label", region.dataset.edit.replace(/\{(\w+)\}/g, (_, key) => names[key]));
    input.value = typed ?? kept?.text ?? cell.points ?? "";
    edited = input;
    td.replaceChildren(input);
    if (kept) {
      const why = reason(td, at, kept);
      td.append(why);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", why.id);
    }
    input.focus();
    reveal(input);
    if (typed === undefined) input.select();
    const before = json(path);
    before.catch(() => {});
    let over = false;
    // `down` is where to go on; who left the field is not called back.
    const end = async (save, down) => {
      if (over) return;
      over = true;
      input.readOnly = true;
      const text = input.value.trim();
      // An emptied cell takes away what somebody gave; a quiz's own result stays.
      if (save && text === "" && (cell.points ?? null) !== null && (cell.overridden || !quizzes.has(at.item))) {
        save = confirm(`${td.parentElement?.querySelector("th")?.innerText ?? ""}: ${cell.points}\n${state.dataset.clear}`);
      }
      edited = null;
      refused.delete(keyOf(at));
      const number = plain(text);
      if (save && number !== String(cell.points ?? "") && !(number && Number(number) === cell.points)) {
        say(state.dataset.saving);
        try {
          const unclear = inGroups(number);
          if (unclear) throw Object.assign(new Error("in groups"), { words: unclear });
          const now = await before;
          if (!shows(cell, now.body)) throw Object.assign(new Error("changed"), { status: 412 });
          await put(path, now, at, number);
          say(state.dataset.saved);
        } catch (error) {
          const words = error.status === 412 ? state.dataset.changed : error.words;
          refused.set(keyOf(at), { text, words });
          say(`${state.dataset.refused} ${words}`);
        }
        await again(line).catch(() => {});
      }
      refresh(line);
      const back = find(at);
      if (!back || down === undefined) return;
      if (refused.has(keyOf(at))) edit(back);
      else {
        back.focus({ preventScroll: true });
        if (down) move(back, down, 0);
      }
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") { event.preventDefault(); end(true, event.shiftKey ? -1 : 1); }
      if (event.key === "Escape") end(false, 0);
    });
    input.addEventListener("blur", () => end(true));
  }

  // Does a cell show this grade? It may have been changed between the loading of the table and the opening of the cell. Points are
  // exact decimals of the server, written in the same way in both.
  const shows = (cell, grade) => (grade.overridden?.value ?? grade.computed ?? null) === (cell.points ?? null)
    && (grade.overridden !== null) === cell.overridden && grade.excluded === cell.excluded;

  // A number as the server takes it: Arabic and Persian digits and separators are typed as well. Groups of digits stay as they are.
  const plain = (text) => {
    const digits = text.replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt(0) & 15).replace(/٫/g, ".").replace(/،/g, ",");
    return grouped.test(digits) ? digits : digits.replace(",", ".");
  };

  // Why a number is not taken as it was typed: a comma with three digits behind it separates a group in one language and the
  // decimals in another.
  function inGroups(number) {
    if (!grouped.test(number)) return null;
    const words = /^[^,]+,[0-9]+$/.test(number) ? state.dataset.twoWays : state.dataset.inGroups;
    return words.replace("{plain}", number.replaceAll(",", "")).replace("{parted}", number.replace(",", "."));
  }

  async function put(path, before, at, text) {
    const headers = { "If-Match": before.tag, "Content-Type": "application/json" };
    const instead = quizzes.has(at.item) || before.body.overridden;
    const points = text === "" ? null : Number(text);
    // What is no number is sent as it is, so that the server says what is wrong with it.
    const value = Number.isNaN(points) ? text : points;
    if (instead && points === null) return json(`${path}/override`, { method: "DELETE", headers });
    const body = JSON.stringify(instead ? { value } : { points: value });
    return json(instead ? `${path}/override` : path, { method: "PUT", headers, body });
  }

  // The line as it is now, with the totals that follow.
  async function again(line) {
    const report = (await json(`${api}/learners/${line.user}`)).body;
    for (const one of report.lines) {
      const cell = one.item !== null
        ? line.items.find((cell) => cell.node === one.item)
        : line.categories.find((cell) => cell.node === one.category);
      if (!cell) continue;
      Object.assign(cell, { points: one.points, max: one.max, shown: one.shown, overridden: one.overridden !== null, excluded: one.excluded });
      if (cell === line.categories[0]) line.letter = one.letter;
    }
  }

  region.addEventListener("scroll", () => requestAnimationFrame(() => draw(false)), { passive: true });
  addEventListener("resize", () => draw(false));
  for (const [kind, is] of [["beforeprint", true], ["afterprint", false]]) {
    addEventListener(kind, () => {
      whole = is;
      if (all.length) draw(false);
    });
  }
  search.addEventListener("input", () => { if (all.length) { region.scrollTop = 0; sift(); } });
  const open = (event) => {
    const td = event.target.closest("td[data-item]");
    if (td && !edited) edit(td);
  };
  // A mouse chooses a cell with one click, as the arrow keys do, and opens it with two. A finger opens it at once.
  let finger = false;
  body.addEventListener("pointerdown", (event) => { finger = event.pointerType !== "mouse"; });
  body.addEventListener("click", (event) => { if (finger) open(event); });
  body.addEventListener("dblclick", open);
  body.addEventListener("focusin", ({ target }) => {
    const td = target.closest("td");
    if (!td) return;
    for (const other of body.querySelectorAll("td[tabindex='0']")) other.tabIndex = -1;
    td.tabIndex = 0;
    focus = { user: place(td).user, column: td.cellIndex };
  });
  body.addEventListener("keydown", (event) => {
    const td = event.target.closest("td");
    if (!td || event.target !== td || event.ctrlKey || event.metaKey || event.altKey) return;
    const forward = document.documentElement.dir === "rtl" ? -1 : 1;
    const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, forward], ArrowLeft: [0, -forward] };
    if (steps[event.key]) { event.preventDefault(); move(td, ...steps[event.key]); }
    else if (td.dataset.item === undefined) return;
    else if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); edit(td); }
    else if (/^[0-9]$/.test(event.key)) { event.preventDefault(); edit(td, event.key); }
  });

  await load().catch((error) => say(error.words ?? state.dataset.silent));
}
