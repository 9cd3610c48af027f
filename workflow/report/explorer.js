"use strict";
// Explorer: each feature set has its own colour and shape
const SHAPES = [["circle", "●"], ["triangle-up", "▲"], ["square", "■"], ["diamond", "◆"], ["triangle-down", "▼"], ["cross", "✚"], ["x", "✖"], ["star", "★"]];
const DIMENSIONS = data.dimensions, STEP = 10;
const sets = [...new Set(data.clouds.map(cloud => cloud.features))], hidden = new Set();
const colour = name => data.colours[sets.indexOf(name) % data.colours.length], shape = name => SHAPES[sets.indexOf(name) % SHAPES.length];
const tip = (cloud, i) => `<b>${literal(cloud.names[i])}</b><br>${literal([cloud.features, cloud.groups[i]].filter(Boolean).join(", "))}`
  + `<br>CCC: ${DIMENSIONS.filter(d => d in cloud).map(d => `${d} ${spoken(cloud[d][i])}`).join(", ")}`;
const clouds = () => data.clouds.filter(cloud => cloud.corpus === own());
let most = STEP;

// A search is for a part of a name or group, or for a plain word
const meant = part => Object.entries(data.words).filter(([word]) => part.length > 2 && holds(word, part)).map(([, pattern]) => new RegExp(pattern));
function matching(part) {
  const patterns = meant(part.trim());
  return (cloud, i) => !part || holds(cloud.names[i], part) || holds(cloud.groups[i], part) || patterns.some(one => one.test(cloud.names[i]));
}

function legend() {
  const boxes = clouds().map(({features}) => {
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

// A corpus may lack a dimension, and none is drawn against itself
function axes() {
  const known = clouds()[0];
  for (const id of known ? ["x-axis", "y-axis"] : []) {
    const free = [...$(id).options].map(option => option.value).filter(d => d in known);
    const taken = id === "y-axis" ? $("x-axis").value : "";
    if (!($(id).value in known) || $(id).value === taken) $(id).value = free.find(d => d !== taken) ?? taken;
  }
  for (const [id, other] of [["x-axis", "y-axis"], ["y-axis", "x-axis"]]) {
    for (const option of $(id).options) option.disabled = Boolean(known) && (!(option.value in known) || (option.value === $(other).value && option.value !== $(id).value));
  }
}

function draw() {
  const [x, y, group, part] = ["x-axis", "y-axis", "x-group", "x-search"].map(id => $(id).value);
  const there = clouds().filter(cloud => !hidden.has(cloud.features)), traces = [], found = [], matches = matching(part);
  for (const cloud of there) {
    cloud.tips ??= cloud.names.map((_, i) => tip(cloud, i));
    const chosen = [], others = [];
    cloud.names.forEach((_, i) => ((!group || cloud.groups[i] === group) && matches(cloud, i) ? chosen : others).push(i));
    const filled = i => cloud.above[x][i] || cloud.above[y][i];
    // one symbol per trace: WebGL draws hardly any point of a trace with several
    const trace = (points, symbol, marker, more) => ({type: KIND, mode: "markers", name: cloud.features, x: points.map(i => cloud[x][i]), y: points.map(i => cloud[y][i]),
      marker: {symbol, ...marker}, ...more});
    const open = `${shape(cloud.features)[0]}-open`, look = {color: colour(cloud.features), size: group || part ? 8 : 6, opacity: 0.75};
    if (others.length) traces.unshift(trace(others, open, {color: paint("--grey"), size: 4, opacity: 0.4}, {hoverinfo: "skip"})); // below all chosen points
    for (const [symbol, points] of [[open, chosen.filter(i => !filled(i))], [shape(cloud.features)[0], chosen.filter(filled)]]) {
      if (points.length) traces.push(trace(points, symbol, look, {text: points.map(i => cloud.tips[i]), hovertemplate: "%{text}<extra></extra>"}));
    }
    found.push(...chosen.map(i => [cloud, i]));
  }
  Plotly.react("plot", traces, layout({xaxis: axis(`CCC with ${x}`), yaxis: axis(`CCC with ${y}`), uirevision: `${own()} ${x} ${y}`}), {...SETTINGS, displayModeBar: !touch});
  $("x-what").textContent = own();
  $("x-chance").hidden = !there.length; // no set is shown, so there is nothing to be filled
  list(found, x, y, part);
}

// The same points as a list: by keyboard and ear
function list(found, x, y, part) {
  const height = ([cloud, i]) => Math.max(Math.abs(cloud[x][i]), Math.abs(cloud[y][i]));
  const count = `${found.length.toLocaleString("en")} ${found.length === 1 ? "feature" : "features"}`;
  const words = Object.keys(data.words).join(", ");
  $("x-found").textContent = found.length ? count
    : part ? `0 features: none has “${part}” in its name or group. Plain words are ${words}.` : "0 features";
  $("x-more").parentNode.hidden = found.length <= most;
  const rows = found.sort((a, b) => height(b) - height(a)).slice(0, most).map(([cloud, i]) => {
    const row = document.createElement("tr");
    [cloud.names[i], cloud.groups[i], cloud.features, ...DIMENSIONS.map(d => d in cloud ? spoken(cloud[d][i]) + (cloud.above[d][i] ? " ●" : "") : "")]
      .forEach((text, n) => { const cell = row.insertCell(); cell.textContent = text; if (n > 2) cell.className = "n"; });
    return row;
  });
  $("x-top").tBodies[0].replaceChildren(...rows);
}

let waiting;
function redraw() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(draw);
}

for (const group of [...new Set(data.clouds.flatMap(cloud => cloud.groups))].filter(Boolean).sort()) $("x-group").add(new Option(group));
for (const id of ["x-axis", "y-axis", "x-group", "x-search"]) $(id).addEventListener("input", () => { most = STEP; axes(); redraw(); });
$("x-more").addEventListener("click", () => { most *= 5; redraw(); });
$("corpus").addEventListener("input", () => { legend(); axes(); redraw(); });
dark.addEventListener("change", redraw);
paper.addEventListener("change", draw);
legend();
axes();
addEventListener("load", () => setTimeout(draw)); // what is read first is there first
