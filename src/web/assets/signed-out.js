// What the browser keeps of pages for the way back is not for whoever sits there after somebody signed out: such a page is
// asked for anew then. Others are shown as they were left, with what was typed into them.

const KEY = "lyceum.signed-out";

/** Changes with every signing out; where nothing is kept it is another one every time. */
function last() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return {};
  }
}

const before = last();

document.addEventListener("submit", ({ target }) => {
  if (!/^\/(sign-out$|account\/sessions\/)/.test(target.getAttribute("action"))) return;
  try {
    localStorage.setItem(KEY, String(Math.random()));
  } catch {
    // Then every page is asked for anew.
  }
});

addEventListener("pageshow", ({ persisted }) => {
  if (!persisted || last() === before) return;
  document.documentElement.hidden = true;
  // A page that asks before it is left would ask the wrong person.
  addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
  location.reload();
});
