"use strict";
const $ = id => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const holds = (text, part) => text.toLowerCase().includes(part.toLowerCase());
const paint = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const own = () => $("corpus").value;

// One switch for the corpus; sections that draw listen to it, too
function switched() {
  for (const one of document.querySelectorAll("[data-corpus]")) one.hidden = one.dataset.corpus !== own();
}

// Plots: nothing offers to send anything anywhere
const SETTINGS = {responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: ""};
const dark = matchMedia("(prefers-color-scheme: dark)"), paper = matchMedia("print"); // plots are drawn anew for each
const touch = matchMedia("(pointer: coarse)").matches; // dragging scrolls the page then
const axis = (text, more) => ({title: {text}, zeroline: true, zerolinecolor: paint("--edge"), gridcolor: paint("--line"), ...more});
const layout = more => ({margin: {l: 60, r: 15, t: 15, b: 50}, showlegend: false, hovermode: "closest", dragmode: touch ? false : "zoom",
  font: {family: "system-ui, DejaVu Sans, sans-serif", color: paint("--ink")}, paper_bgcolor: paint("--paper"), plot_bgcolor: paint("--paper"), ...more});
// without WebGL, thousands of points are slow, but shown
const KIND = document.createElement("canvas").getContext("webgl") ? "scattergl" : "scatter";
const literal = text => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const fixed = (value, digits) => (Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value).toFixed(digits); // never -0.00
const spoken = value => value === null ? "undefined" : fixed(value, 3);

// Results: one matrix per corpus, and per published test part
const matrices = [...document.querySelectorAll(".matrix")];
const DIGITS = {ccc: 2, rmse: 3, pearson: 2, from_best: 2, scale_shift: 2, location_shift: 2};
const methods = table => [...table.querySelectorAll("[data-method]")];
const cells = row => [...row.querySelectorAll("[data-n]")];
const record = cell => data.scores[cell.dataset.n];
const SHADED = ["ccc", "pearson"];

function fill(cell) {
  const row = record(cell), key = $("of-metric").value, digits = DIGITS[key], value = row[key];
  const [low, high] = [row[`${key}_low`], row[`${key}_high`]].map(end => end ?? null);
  cell.replaceChildren();
  const add = (name, text) => cell.append(Object.assign(document.createElement(name), {textContent: text}));
  add("b", value === null ? "" : fixed(value, digits));
  if (low !== null) add("span", `[${fixed(low, digits)}, ${fixed(high, digits)}]`);
  if (key === "ccc" && row.published_ccc !== null) add("em", `published ${row.published_ccc.toFixed(3)}`);
  shade(cell);
}

function shade(cell) {
  const key = $("of-metric").value, value = SHADED.includes(key) ? record(cell)[key] ?? 0 : 0;
  cell.style.setProperty("--v", Math.min(1, Math.abs(value)));
  cell.style.setProperty("--hue", value < 0 ? "var(--warm)" : "var(--tint)");
}

function filter() {
  const dimension = $("of-dimension").value, part = $("of-method").value;
  const found = new Set(), all = new Set(); // a corpus with parts has a matrix of each
  for (const table of matrices) {
    const there = table.parentNode.dataset.corpus === own(), heads = [...table.tHead.rows[0].cells];
    const off = heads.map(head => Boolean(dimension) && head.dataset.key !== "label" && head.dataset.key !== dimension);
    heads.forEach((head, n) => { head.hidden = off[n]; });
    for (const row of table.querySelectorAll("tbody tr:not(.kind)")) [...row.cells].forEach((cell, n) => { cell.hidden = off[n]; });
    for (const row of methods(table)) {
      row.hidden = !holds(row.dataset.method, part);
      if (there) all.add(row.dataset.method);
      if (there && !row.hidden) found.add(row.dataset.method);
    }
    for (const body of table.tBodies) body.hidden = Boolean(part) && !methods(body).some(row => !row.hidden);
  }
  $("of-found").textContent = `${found.size} of ${all.size} method${all.size === 1 ? "" : "s"}`;
}

function sort(head) {
  const table = head.closest("table"), key = head.dataset.key, down = head.getAttribute("aria-sort") !== "descending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = row => {
    if (key === "label") return row.dataset.method;
    const cell = cells(row).find(one => record(one).dimension === key);
    return cell ? record(cell)[$("of-metric").value] : null;
  };
  for (const body of table.tBodies) {
    body.append(...methods(body).sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) return (x === null) - (y === null); // missing values come last
      return (typeof x === "string" ? y.localeCompare(x) : y - x) * (down ? 1 : -1);
    }));
  }
}

function save(name, content, type = "text/plain;charset=utf-8") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type}));
  link.download = name;
  link.click();
}

// What is shown: the records of each row of each matrix, apart by table and kind
const shown = () => matrices.filter(table => !table.parentNode.hidden).map(table => [table, [...table.tBodies]
  .filter(body => !body.hidden).map(body => [body.rows[0].textContent, methods(body).filter(row => !row.hidden)
    .map(row => [row.dataset.method, cells(row).filter(cell => !cell.hidden).map(record)])]).filter(([, rows]) => rows.length)]);

const written = lines => lines.map(line => line.map(value => value === null || value === undefined ? "" : /[",\n]/.test(value)
  ? `"${value.replaceAll('"', '""')}"` : value).join(",")).join("\n") + "\n";

function csv() {
  const keys = Object.keys(data.scores[0]).filter(key => key !== "place");
  const records = shown().flatMap(([, kinds]) => kinds.flatMap(([, rows]) => rows.flatMap(([, found]) => found)));
  return written([keys, ...records.map(row => keys.map(key => row[key]))]);
}

function tex() {
  const special = {"\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "†": "\\dag{}", "§": "\\S{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "[": "{[}", "*": "{*}"};
  const escaped = text => text.replace(/[\\~^†§<>|[*&%$#_{}]/g, found => special[found] ?? `\\${found}`);
  const key = $("of-metric").value, digits = DIGITS[key];
  const cell = row => {
    if (!row || row[key] === null) return " & ";
    const value = `$${fixed(row[key], digits)}$`, [low, high] = [row[`${key}_low`], row[`${key}_high`]].map(end => end ?? null);
    const ends = low === null ? "" : `{\\scriptsize {[}$${fixed(low, digits)}$, $${fixed(high, digits)}$]}`;
    return `${row.may_be_best ? `\\boldmath${value}\\unboldmath` : value}${row.behind ? "{*}" : ""} & ${ends}`;
  };
  const lines = ["% needs \\usepackage{booktabs}; bold: may be best; * ruled out as best: another method is significantly better (level 0.05)"];
  for (const [table, kinds] of shown()) {
    const names = [...table.tHead.rows[0].cells].filter(head => !head.hidden).map(head => head.dataset.key).slice(1), width = 2 * names.length + 1;
    const over = (text, last) => `\\multicolumn{${width}}{l}{\\textit{${escaped(text)}}} \\\\${last ?? ""}`;
    lines.push(`\\begin{tabular}{l*{${names.length}}{r@{ }l}}`, "\\toprule", `${escaped(table.dataset.block)}, ${escaped(data.metrics[key])}`
      + names.map(name => ` & \\multicolumn{2}{c}{${name}}`).join("") + " \\\\");
    for (const [kind, rows] of kinds) {
      lines.push("\\midrule", over(kind));
      for (const [label, found] of rows) lines.push([escaped(label), ...names.map(name => cell(found.find(row => row.dimension === name)))].join(" & ") + " \\\\");
    }
    lines.push("\\bottomrule", "\\end{tabular}");
  }
  return lines.join("\n") + "\n";
}

for (const id of ["of-dimension", "of-method"]) $(id).addEventListener("input", filter);
$("of-metric").addEventListener("input", () => matrices.flatMap(table => methods(table).flatMap(cells)).forEach(fill));
for (const head of matrices.flatMap(table => [...table.tHead.rows[0].cells])) head.firstChild.addEventListener("click", () => sort(head));
$("csv").addEventListener("click", () => save("scores.csv", csv()));
$("tex").addEventListener("click", () => save("scores.tex", tex()));
$("bib").addEventListener("click", () => save("references.bib", $("bibtex").textContent));
matrices.flatMap(table => methods(table).flatMap(cells)).forEach(shade);
$("corpus").addEventListener("input", () => { switched(); filter(); });
switched();
filter();

// Figures: what they show, and a picture of 300 dots per inch
async function table(name) {
  const bytes = Uint8Array.from(atob(data.files[name]), letter => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
}
for (const button of document.querySelectorAll("[data-csv]")) {
  button.addEventListener("click", async () => save(button.dataset.csv.replaceAll("/", "_"), await table(button.dataset.csv)));
}
for (const button of document.querySelectorAll("[data-png]")) {
  button.addEventListener("click", async () => {
    const image = button.closest("figure").querySelector("img"), canvas = document.createElement("canvas");
    await image.decode();
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight].map(pixels => Math.round(pixels * 300 / 96));
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(blob => save(button.dataset.png, blob));
  });
}

// A link to a table opens it
addEventListener("hashchange", () => {
  const target = $(location.hash.slice(1));
  if (target?.tagName === "DETAILS") target.open = true;
});
