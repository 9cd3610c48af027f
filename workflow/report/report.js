"use strict";
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const holds = (text, part) => text.toLowerCase().includes(part.toLowerCase());

// Results: filter, sort, download
const table = $("scores"), body = table.tBodies[0], rows = [...body.rows];
const record = row => data.scores[row.dataset.n];

function filter() {
  for (const row of rows) {
    const {corpus, dimension, label} = record(row);
    row.hidden = ($("of-corpus").value || corpus) !== corpus || ($("of-dimension").value || dimension) !== dimension
      || !holds(label, $("of-method").value);
  }
  $("of-found").textContent = `${rows.filter(row => !row.hidden).length} of ${rows.length} rows`;
}

function sort(head) {
  const key = head.dataset.key, down = head.getAttribute("aria-sort") !== "descending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  rows.sort((a, b) => {
    const [x, y] = [record(a)[key], record(b)[key]];
    if (x === null || y === null) return (x === null) - (y === null); // missing values come last
    return (typeof x === "string" ? y.localeCompare(x) : y - x) * (down ? 1 : -1);
  });
  body.append(...rows);
}

function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "text/plain;charset=utf-8"}));
  link.download = name;
  link.click();
}

const shown = () => rows.filter(row => !row.hidden).map(record);

function csv() {
  const keys = Object.keys(data.scores[0]);
  const cell = value => value === null ? "" : /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return [keys, ...shown().map(row => keys.map(key => row[key]))].map(line => line.map(cell).join(",")).join("\n") + "\n";
}

function tex() {
  const special = {"\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "†": "\\dag{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "[": "{[}", "*": "{*}"};
  const escaped = text => text.replace(/[\\~^†<>|[*&%$#_{}]/g, found => special[found] ?? `\\${found}`);
  const digits = value => value === null ? "" : `$${value.toFixed(3)}$`;
  const best = row => row.from_best === 0 ? "best" : digits(row.from_best) + (row.behind ? "{*}" : "");
  const lines = shown().map(row => [escaped(row.corpus), escaped(row.label), row.dimension, digits(row.ccc),
    row.ccc_low === null ? "" : `{[}${digits(row.ccc_low)}, ${digits(row.ccc_high)}]`, best(row), digits(row.published_ccc), digits(row.rmse)]);
  const heads = ["Corpus", "Method", "Dimension", "CCC", "95 \\% interval", "From best", "Published", "RMSE"];
  return "% needs \\usepackage{booktabs}; * ruled out as best: another method is significantly better (level 0.05)\n\\begin{tabular}{lllrcrrr}\n\\toprule\n"
    + [heads, ...lines].map((line, n) => line.join(" & ") + " \\\\" + (n ? "" : "\n\\midrule")).join("\n") + "\n\\bottomrule\n\\end{tabular}\n";
}

for (const id of ["of-corpus", "of-dimension", "of-method"]) $(id).addEventListener("input", filter);
for (const head of table.tHead.rows[0].cells) head.firstChild.addEventListener("click", () => sort(head));
$("csv").addEventListener("click", () => save("scores.csv", csv()));
$("tex").addEventListener("click", () => save("scores.tex", tex()));
$("bib").addEventListener("click", () => save("references.bib", $("bibtex").textContent));
filter();

// A link to a table opens it
addEventListener("hashchange", () => {
  const target = $(location.hash.slice(1));
  if (target?.tagName === "DETAILS") target.open = true;
});

// Explorer: each feature set has its own colour and shape
const SHAPES = [["circle", "●"], ["triangle-up", "▲"], ["square", "■"], ["diamond", "◆"], ["triangle-down", "▼"], ["cross", "✚"], ["x", "✖"], ["star", "★"]];
const DIMENSIONS = data.dimensions, MOST = 10;
const sets = [...new Set(data.clouds.map(cloud => cloud.features))], hidden = new Set();
const colour = name => data.colours[sets.indexOf(name) % data.colours.length], shape = name => SHAPES[sets.indexOf(name) % SHAPES.length];
// without WebGL, thousands of points are slow, but shown
const KIND = document.createElement("canvas").getContext("webgl") ? "scattergl" : "scatter";
const literal = text => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const spoken = value => value === null ? "undefined" : value.toFixed(3);
const tip = (cloud, i) => `<b>${literal(cloud.names[i])}</b><br>${literal([cloud.features, cloud.groups[i]].filter(Boolean).join(", "))}`
  + `<br>CCC: ${DIMENSIONS.filter(d => d in cloud).map(d => `${d} ${spoken(cloud[d][i])}`).join(", ")}`;
const own = () => data.clouds.filter(cloud => cloud.corpus === $("x-corpus").value);

function legend() {
  const boxes = own().map(({features}) => {
    const label = document.createElement("label"), box = document.createElement("input"), mark = document.createElement("span");
    box.type = "checkbox";
    box.checked = !hidden.has(features);
    box.addEventListener("change", () => { hidden[box.checked ? "delete" : "add"](features); redraw(); });
    mark.textContent = ` ${shape(features)[1]} `;
    mark.style.color = colour(features);
    mark.ariaHidden = "true";
    label.append(box, mark, features);
    return label;
  });
  $("x-sets").replaceChildren($("x-sets").firstElementChild, ...boxes);
}

// A corpus may lack a dimension
function axes() {
  const known = own()[0];
  for (const id of known ? ["x-axis", "y-axis"] : []) {
    for (const option of $(id).options) option.disabled = !(option.value in known);
    const free = [...$(id).options].filter(option => !option.disabled).map(option => option.value);
    const taken = id === "y-axis" ? $("x-axis").value : "";
    if ($(id).selectedOptions[0].disabled || $(id).value === taken) $(id).value = free.find(d => d !== taken) ?? taken;
  }
}

function draw() {
  const [x, y, group, part] = ["x-axis", "y-axis", "x-group", "x-search"].map(id => $(id).value);
  const clouds = own().filter(cloud => !hidden.has(cloud.features)), traces = [], found = [];
  for (const cloud of clouds) {
    cloud.tips ??= cloud.names.map((_, i) => tip(cloud, i));
    const chosen = [], others = [];
    cloud.names.forEach((name, i) => ((!group || cloud.groups[i] === group) && holds(name, part) ? chosen : others).push(i));
    const filled = i => cloud.above[x][i] || cloud.above[y][i];
    const trace = (points, marker, more) => ({type: KIND, mode: "markers", name: cloud.features, x: points.map(i => cloud[x][i]), y: points.map(i => cloud[y][i]),
      marker: {symbol: points.map(i => shape(cloud.features)[0] + (filled(i) ? "" : "-open")), ...marker}, ...more});
    if (others.length) traces.unshift(trace(others, {color: "#c3cad3", size: 4, opacity: 0.4}, {hoverinfo: "skip"})); // below all chosen points
    traces.push(trace(chosen, {color: colour(cloud.features), size: group || part ? 8 : 6, opacity: 0.75}, {text: chosen.map(i => cloud.tips[i]), hovertemplate: "%{text}<extra></extra>"}));
    found.push(...chosen.map(i => [cloud, i]));
  }
  const axis = d => ({title: {text: `CCC with ${d}`}, zeroline: true, zerolinecolor: "#7b8794", gridcolor: "#e3e8ee"});
  const touch = matchMedia("(pointer: coarse)").matches; // dragging scrolls the page then
  Plotly.react("plot", traces, {margin: {l: 60, r: 15, t: 15, b: 50}, xaxis: axis(x), yaxis: axis(y), showlegend: false, hovermode: "closest", dragmode: touch ? false : "zoom",
    font: {family: "system-ui, DejaVu Sans, sans-serif", color: "#1c2430"}, uirevision: `${x} ${y}`},
    {responsive: true, displaylogo: false, displayModeBar: !touch});
  $("x-found").textContent = `${found.length.toLocaleString("en")} ${found.length === 1 ? "feature" : "features"}`;
  const height = ([cloud, i]) => Math.max(Math.abs(cloud[x][i]), Math.abs(cloud[y][i]));
  const cells = found.sort((a, b) => height(b) - height(a)).slice(0, MOST).map(([cloud, i]) => [cloud.names[i], cloud.groups[i], cloud.features, ...DIMENSIONS.map(d => d in cloud ? spoken(cloud[d][i]) : "")]);
  $("x-top").tBodies[0].replaceChildren(...cells.map(line => {
    const row = document.createElement("tr");
    line.forEach((text, n) => { const cell = row.insertCell(); cell.textContent = text; if (n > 2) cell.className = "n"; });
    return row;
  }));
}

let waiting;
function redraw() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(draw);
}

for (const group of [...new Set(data.clouds.flatMap(cloud => cloud.groups))].filter(Boolean).sort()) $("x-group").add(new Option(group));
for (const id of ["x-axis", "y-axis", "x-group", "x-search"]) $(id).addEventListener("input", redraw);
$("x-corpus").addEventListener("input", () => { legend(); axes(); redraw(); });
legend();
axes();
draw();
