// Keys for who marks many: Ctrl+Enter saves and goes on, j skips, k goes back to the one before.
const form = document.getElementById("mark");
if (form) {
  const points = form.elements.points;
  if (!document.getElementById("problems")) points.focus({ preventScroll: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("textarea, select") || (event.target === points && /[0-9.,]/.test(event.key));
    const link = { j: "skip", k: "back" }[event.key];
    if (link && !typing) {
      event.preventDefault();
      document.getElementById(link)?.click();
    }
  });
}
