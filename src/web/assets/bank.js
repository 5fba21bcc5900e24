// The question editor: buttons that only change rows, take up a file or try the question out send the form in the
// background and show what comes back in its place, so that nothing jumps. Without it they load the page.
const quiet = /^(add|drop|up|file|preview|try|mix)(:|$)/;
let busy = false;

const editor = () => document.getElementById("editor");
const shape = (value) => value.replace(/^add:/, "");

function focusAfter(action, before) {
  const root = editor();
  const problem = root.querySelector("#problems");
  if (problem) return problem.focus();
  if (action.startsWith("add:")) {
    const fields = [...root.querySelectorAll("textarea, select, input:not([type=hidden])")];
    const fresh = fields.find((field) => field.name.startsWith(`${shape(action)}/`) && !before.has(field.name));
    if (fresh) return fresh.focus();
  }
  const there = { preview: "preview", mix: "preview", try: "told" }[action];
  const target = there && (document.getElementById(there) || document.getElementById("preview"));
  if (target) {
    target.focus({ preventScroll: true });
    return target.scrollIntoView({ block: "nearest" });
  }
  const place = action.match(/^(up|drop):(.*)\/(\d+)$/);
  if (place) {
    const row = Math.max(0, Number(place[3]) - (place[1] === "up" ? 1 : 0));
    const found = root.querySelector(`[name^="${place[2]}/${row}/"]`) || root.querySelector(`[value="add:${place[2]}"]`);
    if (found) found.focus();
  }
}

// As without scripts, with the button that was pressed.
function send(form, submitter) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: submitter.name, value: submitter.value });
  form.append(field);
  form.submit();
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("#editor form") || !submitter || !quiet.test(submitter.value)) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const before = new Set([...form.elements].map((field) => field.name));
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("editor");
    // Whatever else came, such as the page that asks to sign in, is for the whole window.
    if (!fresh || answer.redirected) return send(form, submitter);
    editor().replaceWith(document.adoptNode(fresh));
    focusAfter(submitter.value, before);
  } catch {
    send(form, submitter);
  } finally {
    busy = false;
  }
});
