// The charts of the health page go on while it is open: the server draws them, and what it draws comes into the place of
// what was there. Everything that they show is on the page without this, too.
const charts = document.querySelector(".charts");

function renew(section, fresh) {
  for (const part of [".reading", ".line", ".upper", "table"]) {
    const [old, next] = [section.querySelector(part), fresh?.querySelector(part)];
    if (old && next) old.replaceWith(next);
  }
  // There is a table once there are values; one that was opened stays open.
  const table = fresh?.querySelector("details");
  if (table && !section.querySelector("details")) section.append(table);
}

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      // Signed out, or not allowed any more.
      if (answer.redirected || answer.status === 403) return;
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const section of charts.querySelectorAll(".chart")) {
          renew(section, page.querySelector(`.chart[data-field="${section.dataset.field}"]`));
        }
      }
    } catch {
      // The network is away; the next round looks again.
    }
  }
  setTimeout(refresh, Number(charts.dataset.interval) * 1000);
}

setTimeout(refresh, Number(charts.dataset.interval) * 1000);
