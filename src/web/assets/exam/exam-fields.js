// The fields of a question as a response of the API, and back. The same rules as `src/web/attempt/response.rs`.

const EMPTY = { type: "empty" };
const blank = (text) => text.trim() === "";
// Half of a letter, as some keyboards leave one, cannot be kept: it becomes the sign that a form sends for it.
const whole = (text) => text.replace(/\p{Cs}/gu, "\ufffd");
const number = (text) => (blank(text) ? null : Number(text));

function named(section) {
  return [...section.querySelectorAll("fieldset [name], .prose [name]")];
}

function part(element) {
  const [, rest = ""] = element.name.split(/-(.*)/s);
  return rest;
}

const checked = (elements) => elements.filter((it) => it.checked && it.value !== "").map((it) => it.value);

/** Elements by their part, in the order of the parts. */
function parts(section) {
  const found = new Map();
  for (const element of named(section)) {
    const at = Number(part(element));
    if (Number.isInteger(at)) found.set(at, [...(found.get(at) ?? []), element]);
  }
  return [...found.keys()].sort((a, b) => a - b).map((at) => found.get(at));
}

function gap(elements) {
  const [first] = elements;
  if (first.type === "checkbox") {
    const options = checked(elements).map(Number);
    return options.length ? { type: "choices", options } : EMPTY;
  }
  if (first.type === "radio" || first.tagName === "SELECT") {
    const option = number(first.type === "radio" ? (checked(elements)[0] ?? "") : first.value);
    return option === null ? EMPTY : { type: "choice", option };
  }
  return blank(first.value) ? EMPTY : { type: "text", text: whole(first.value) };
}

/** What is answered; undefined while it is no answer yet. */
export function read(section) {
  const all = named(section);
  const main = all.filter((it) => part(it) === "");
  const value = whole(main[0]?.value ?? "");
  switch (section.dataset.kind) {
    case "choice": {
      const option = number(checked(main)[0] ?? "");
      return option === null ? EMPTY : { type: "choice", option };
    }
    case "choices": {
      const options = checked(main).map(Number);
      return options.length ? { type: "choices", options } : EMPTY;
    }
    case "truth": {
      const said = checked(main)[0];
      return said ? { type: "truth", value: said === "true" } : EMPTY;
    }
    case "number": {
      const units = all.filter((it) => part(it) === "unit");
      const unit = (units[0]?.type === "radio" ? checked(units)[0] : units[0]?.value) || null;
      return blank(value) && !unit ? EMPTY : { type: "number", text: value, unit };
    }
    case "text":
    case "essay":
      // What an essay begins with is no answer.
      return blank(value) || value === main[0].dataset.template ? EMPTY : { type: section.dataset.kind, text: value };
    case "pairs": {
      const answers = parts(section).map(([select]) => number(select.value));
      return answers.every((answer) => answer === null) ? EMPTY : { type: "pairs", answers };
    }
    case "order": {
      const positions = parts(section).map(([select]) => number(select.value));
      if (positions.every((position) => position === null)) return EMPTY;
      const order = positions.map((_, at) => positions.indexOf(at + 1));
      return order.includes(-1) ? undefined : { type: "order", order };
    }
    case "cloze": {
      const answers = parts(section).map(gap);
      return answers.every((answer) => answer.type === "empty") ? EMPTY : { type: "cloze", answers };
    }
    default:
      return undefined;
  }
}

/** Puts values into elements of one part. */
function set(elements, values) {
  for (const element of elements) {
    if (element.type === "radio" || element.type === "checkbox") {
      element.checked = values.length ? values.includes(element.value) : element.type === "radio" && element.value === "";
    } else {
      element.value = values[0] ?? "";
    }
  }
}

/** Shows a response in the fields. */
export function write(section, response) {
  const answer = response ?? EMPTY;
  const all = named(section);
  const main = all.filter((it) => part(it) === "");
  const text = (value) => (value === null || value === undefined ? [] : [String(value)]);
  switch (section.dataset.kind) {
    case "choice":
      return set(main, text(answer.option));
    case "choices":
      return set(main, (answer.options ?? []).map(String));
    case "truth":
      return set(main, text(answer.value));
    case "number":
      set(main, text(answer.text));
      return set(all.filter((it) => part(it) === "unit"), text(answer.unit));
    case "pairs":
      return parts(section).forEach((elements, at) => set(elements, text(answer.answers?.[at])));
    case "order": {
      parts(section).forEach((elements, item) => {
        const position = (answer.order ?? []).indexOf(item) + 1;
        set(elements, position ? [String(position)] : []);
      });
      return arrange(section);
    }
    case "cloze":
      return parts(section).forEach((elements, at) => {
        const it = answer.answers?.[at] ?? EMPTY;
        set(elements, it.type === "choices" ? it.options.map(String) : text(it.option ?? it.text));
      });
    default:
      return set(main, text(answer.text));
  }
}

const rows = (section) => [...section.querySelectorAll(".order > li")];

/** Puts the items of an order where their positions say. */
function arrange(section) {
  const place = (row) => Number(row.querySelector("select").value) || Infinity;
  lay(section, rows(section).sort((a, b) => place(a) - place(b) || row_item(a) - row_item(b)));
}

/** Puts the items in an order. What has the focus keeps it. */
function lay(section, list) {
  const focused = document.activeElement;
  section.querySelector(".order").append(...list);
  focused?.focus();
}

const row_item = (row) => Number(row.dataset.item);

/** Moves an item to a place, from 0; the others make room, so every item has a position. */
export function move(section, row, to) {
  const list = rows(section).filter((other) => other !== row);
  list.splice(Math.min(Math.max(to, 0), list.length), 0, row);
  list.forEach((other, at) => (other.querySelector("select").value = String(at + 1)));
  lay(section, list);
}
