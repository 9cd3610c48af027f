"use strict";
// Single utterances and speakers of a method and a dimension
const TOP = 10;
const view = () => data.views[own()];

function rowsOf(table, lines, numeric) {
  table.tBodies[0].replaceChildren(...lines.map(line => {
    const row = document.createElement("tr");
    line.forEach((text, n) => { const cell = row.insertCell(); cell.textContent = text; if (numeric(n)) cell.className = "n"; });
    return row;
  }));
}

const places = values => values.filter(value => value !== null).sort((a, b) => a - b);
const middle = sorted => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;

function choices() {
  if (!view()) return;
  const chosen = $("u-method").value;
  $("u-method").replaceChildren(...view().labelled.map(name => new Option(name)));
  const best = data.scores.filter(row => row.corpus === own() && row.dimension === $("u-dimension").value && row.kind !== "Baselines" && row.ccc !== null)
    .sort((a, b) => b.ccc - a.ccc)[0];
  $("u-method").value = view().labelled.includes(chosen) ? chosen : best?.label ?? view().labelled[0];
  for (const option of $("u-dimension").options) option.disabled = !(option.value in view().labels);
  if (!($("u-dimension").value in view().labels)) $("u-dimension").value = Object.keys(view().labels)[0];
}

function scatter(method, dimension) {
  const {ids, speakers, texts} = view(), x = view().predictions[dimension][method], y = view().labels[dimension];
  const {slope, low, high, intercept} = Object.fromEntries(Object.entries(view().lines[dimension]).map(([key, values]) => [key, values[method]]));
  const tips = ids.map((id, i) => `<b>${literal(id)}</b><br>${literal(speakers[i] || "unknown speaker")}${texts[i] ? `<br>${literal(texts[i])}` : ""}<br>label ${spoken(y[i])}, predicted ${spoken(x[i])}`);
  const ends = [Math.min(...x), Math.max(...x)], line = (points, values, look) => ({type: "scatter", mode: "lines", x: points, y: values, hoverinfo: "skip", line: look});
  const traces = [line([0, 1], [0, 1], {color: paint("--edge"), width: 1}),
    {type: "scatter", mode: "markers", x, y, text: tips, hovertemplate: "%{text}<extra></extra>", marker: {color: paint("--ink"), size: 6, opacity: 0.35}}];
  if (slope !== null) traces.push(line(ends, ends.map(end => intercept + slope * end), {color: paint("--blue"), width: 3}));
  Plotly.react("u-plot", traces, layout({xaxis: axis(`predicted ${dimension}`), yaxis: axis("label", {range: [-0.05, 1.05]})}), {...SETTINGS, displayModeBar: false});
  $("u-count").textContent = ids.length < view().count ? `: ${ids.length.toLocaleString("en")} of ${view().count.toLocaleString("en")}, spread evenly, and the worst of each method` : "";
  const interval = low === null ? "" : ` [${fixed(low, 2)}, ${fixed(high, 2)}]`;
  $("u-line").textContent = slope === null ? "it has no slope, as predictions are constant." : `its slope is ${fixed(slope, 2)}${interval}, and 1 where predictions are calibrated.`;
}

function people(method, dimension) {
  const {names, counts, ...values} = view().by_speaker[dimension], [ccc, low, high] = ["ccc", "low", "high"].map(key => values[key][method] ?? []);
  const order = names.map((_, i) => i).filter(i => ccc[i] !== null).sort((a, b) => ccc[a] - ccc[b]), of = list => order.map(i => list[i]);
  const arm = (from, to) => order.map(i => from[i] === null || to[i] === null ? 0 : to[i] - from[i]);
  const all = data.scores.find(row => row.corpus === own() && row.label === view().labelled[method] && row.dimension === dimension)?.ccc;
  const traces = [{type: "scatter", mode: "markers", x: of(ccc), y: of(names).map(String), marker: {color: paint("--blue"), size: 8},
    error_x: {type: "data", symmetric: false, array: arm(ccc, high), arrayminus: arm(low, ccc), color: paint("--blue"), thickness: 1.5, width: 0},
    text: order.map(i => `<b>${literal(names[i])}</b>, ${counts[i]} utterances<br>CCC ${spoken(ccc[i])}`), hovertemplate: "%{text}<extra></extra>"}];
  const shapes = typeof all === "number" ? [{type: "line", x0: all, x1: all, yref: "paper", y0: 0, y1: 1, line: {color: paint("--red"), dash: "dash", width: 2}}] : [];
  Plotly.react("u-people", traces, layout({margin: {l: 90, r: 15, t: 15, b: 50}, shapes, xaxis: axis(`CCC with ${dimension}, 95 %`), yaxis: {type: "category", gridcolor: paint("--line"), automargin: true}}), {...SETTINGS, displayModeBar: false});
  $("u-speakers").textContent = order.length ? "Each dot is one speaker; intervals take a speaker's utterances to err independently. Speakers of at least 8 utterances, at most 60 of them."
    : "There are no speakers with at least 8 utterances whose labels vary.";
  const ends = i => low[i] === null ? "" : `[${fixed(low[i], 3)}, ${fixed(high[i], 3)}]`;
  rowsOf($("u-list"), [...order].reverse().map(i => [names[i], counts[i], spoken(ccc[i]), ends(i)]), n => n > 0);
}

function quadrants(method) {
  const counts = view().quadrants?.[method];
  $("u-quadrants").hidden = !counts;
  if (!counts) return;
  const lines = counts.map((row, n) => {
    const sum = row.reduce((a, b) => a + b);
    return [data.quadrants[n], ...row.map(count => sum ? `${count.toLocaleString("en")} (${Math.round(100 * count / sum)} %)` : "0")];
  });
  const body = $("u-quadrants").querySelector("table");
  rowsOf(body, lines, n => n > 0);
  [...body.tBodies[0].rows].forEach((row, n) => [...row.cells].slice(1).forEach((cell, place) => {
    const sum = counts[n].reduce((a, b) => a + b);
    cell.style.background = `rgb(${paint("--tint")} / ${sum ? 55 * counts[n][place] / sum : 0}%)`;
  }));
}

function worst(method, dimension) {
  const {ids, speakers, texts, spread} = view(), label = view().labels[dimension], every = view().predictions[dimension], predicted = every[method];
  const error = i => predicted[i] - label[i], order = ids.map((_, i) => i).sort((a, b) => Math.abs(error(b)) - Math.abs(error(a))).slice(0, TOP);
  const lines = order.map(i => {
    const others = places(every.filter((_, n) => n !== method).map(values => values[i]));
    const range = others.length ? [others[0], middle(others), others.at(-1)].map(value => fixed(value, 2)).join(", ") : "";
    return [ids[i], speakers[i], texts[i] ?? "", spoken(label[i]), spoken(predicted[i]), (error(i) > 0 ? "+" : "") + spoken(error(i)), range, spread[dimension]?.[i]?.toFixed(2) ?? ""];
  });
  rowsOf($("u-worst"), lines, n => n > 2);
  [...$("u-worst").tBodies[0].rows].forEach((row, n) => {
    const id = ids[order[n]], sound = view().audio?.[id];
    if (!sound) return;
    const button = Object.assign(document.createElement("button"), {type: "button", textContent: "▶"});
    button.setAttribute("aria-label", `Play ${id}`);
    button.addEventListener("click", () => new Audio(sound).play());
    row.cells[0].append(" ", button);
  });
  const empty = [2, 6, 7].filter(n => lines.every(line => !line[n])); // no texts, other methods, or ratings
  $("u-others").hidden = empty.includes(6);
  $("u-spread").hidden = empty.includes(7);
  for (const row of [$("u-worst").tHead.rows[0], ...$("u-worst").tBodies[0].rows]) [...row.cells].forEach((cell, n) => { cell.hidden = empty.includes(n); });
}

function look() {
  $("utterances").hidden = !view();
  if (!view()) return;
  const method = $("u-method").selectedIndex, dimension = $("u-dimension").value;
  $("u-what").textContent = `${own()}: ${dimension} by ${$("u-method").value}`;
  scatter(method, dimension);
  people(method, dimension);
  quadrants(method);
  worst(method, dimension);
}

for (const id of ["u-method", "u-dimension"]) $(id).addEventListener("input", look);
$("corpus").addEventListener("input", () => { choices(); look(); });
for (const medium of [dark, paper]) medium.addEventListener("change", look);
choices();
addEventListener("load", () => setTimeout(look));
