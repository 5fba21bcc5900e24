// The charts of the health page go on while it is open. Everything that they show is on the page without this, too.
const charts = document.querySelector(".charts");
const width = Number(charts.dataset.width);
const height = Number(charts.dataset.height);
const HOUR = 720;

const number = (value) => (value >= 100 || value === 0 ? value.toFixed(0) : value.toFixed(1));

function draw(section, samples) {
  const { field, scale, least } = section.dataset;
  const values = samples.map((sample) => sample[field] / Number(scale));
  if (values.length === 0) return;
  const most = Math.max(...values);
  const top = Math.max(most, Number(least));
  const step = width / (HOUR - 1);
  const first = width - step * (values.length - 1);
  const point = (value, place) =>
    `${(first + step * place).toFixed(1)},${(height - Math.min(value / top, 1) * height).toFixed(1)}`;
  section.querySelector("polyline").setAttribute("points", values.map(point).join(" "));
  section.querySelector("[data-now]").textContent = number(values[values.length - 1]);
  section.querySelector("[data-most]").textContent = number(most);
  section.querySelector("[data-mean]").textContent = number(values.reduce((a, b) => a + b, 0) / values.length);
}

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch("/api/history", { credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 403) return;
      if (answer.ok) {
        const { samples } = await answer.json();
        for (const section of charts.querySelectorAll(".chart")) draw(section, samples);
      }
    } catch {
      // The network is away; the next round looks again.
    }
  }
  setTimeout(refresh, Number(charts.dataset.interval) * 1000);
}

setTimeout(refresh, Number(charts.dataset.interval) * 1000);
