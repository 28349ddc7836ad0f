// The network, each stretch in the colour of the class of its water; a reach or a section that is clicked, or chosen
// from the list below, opens its details.
import { h, select } from "./dom.js";
import { cellClass, cellsOf, change, classColor, className, classOf, constituent, curvePart, dischargeOf, doc, frameOf, inkOn, itemName, number, placeOnMap, runName, sectionValue, shown, state, timeText, unitOf } from "./data.js";
import { ALARM, base, FAINT, INK, WASTE, WATER } from "./charts.js";
import { figure } from "./figure.js";
import { details } from "./details.js";
import { isChinese, t } from "./texts.js";

const judged = doc.constituents.some((c) => c.judged);
const view = { item: judged ? "" : (doc.constituents[0]?.name ?? "") }; // "": the worst of all items

// Steps of a value that no class judges, from none to the highest of all runs and times.
const STEPS = ["#dbe9f6", "#b5d4ea", "#7fb2d6", "#4a8fc1", "#22679f", "#0b3f70"];
const byValue = () => view.item !== "" && !constituent(view.item)?.judged;
const highest = new Map();
function most(name) {
  if (!highest.has(name)) highest.set(name, doc.runs.reduce((top, run) => (run.profile.value[name] ?? []).reduce((m, frame) => frame.reduce((a, b) => Math.max(a, b), m), top), 0));
  return highest.get(name) || 1;
}

// What the colour of a cell stands for: its class, or its step of value.
function gradeOf(run, frame, cell) {
  if (!byValue()) return cellClass(run, frame, cell, view.item);
  const share = (run.profile.value[view.item]?.[frame]?.[cell] ?? 0) / most(view.item);
  return Math.min(STEPS.length, 1 + Math.floor(share * STEPS.length));
}
const gradeColor = (grade) => (byValue() ? { strong: STEPS[grade - 1], ink: inkOn(STEPS[grade - 1]) } : classColor(grade));
function gradeName(grade) {
  if (!byValue()) return className(grade);
  const step = most(view.item) / STEPS.length;
  return `${number((grade - 1) * step, 3)} – ${number(grade * step, 3)} ${unitOf(view.item)}`;
}

// Stretches of one class: [{ reach, from, to, class, flow }], fractions of the reach.
function stretches(run, frame) {
  const list = [];
  const discharge = dischargeOf(run);
  doc.network.reaches.forEach((reach, index) => {
    const [begin, end] = cellsOf(run, index);
    let from = 0;
    for (let c = begin; c < end; c++) {
      const here = gradeOf(run, frame, c);
      const last = c + 1 === end;
      if (!last && gradeOf(run, frame, c + 1) === here) continue;
      const to = last ? 1 : (run.profile.chainage_m[c] + run.profile.chainage_m[c + 1]) / 2 / reach.length_m;
      list.push({ reach: index, from, to, class: here, flow: Math.abs(discharge[c]) });
      from = to;
    }
  });
  return list;
}

// The largest discharge of a run at any time: widths of different times can be compared.
const largestOf = new WeakMap();
function largestDischarge(run) {
  if (!largestOf.has(run)) {
    const frames = run.profile.moving_discharge_m3s ?? [run.profile.discharge_m3s];
    largestOf.set(run, frames.reduce((top, frame) => frame.reduce((most, q) => Math.max(most, Math.abs(q)), top), 1e-9));
  }
  return largestOf.get(run);
}

function reachLines(run, frame) {
  const parts = stretches(run, frame);
  const largest = largestDischarge(run);
  return parts.map((p) => ({
    coords: curvePart(p.reach, p.from, p.to),
    reach: p.reach,
    class: p.class,
    lineStyle: { color: gradeColor(p.class).strong, width: (doc.network.reaches.length > 300 ? 0.7 : 2.5) + 5.5 * Math.sqrt(p.flow / largest) },
  }));
}

// On which side of a reach a label stands clear of it.
function level(reach, fraction) {
  const [a, b] = [curvePart(reach, Math.max(0, fraction - 0.05)), curvePart(reach, Math.min(1, fraction + 0.05))];
  return Math.abs(b[0] - a[0]) > 1.5 * Math.abs(b[1] - a[1]);
}
const acrossLeft = (reach, fraction) => (level(reach, fraction) ? "bottom" : "left");
const acrossRight = (reach, chainage) => (level(reach, chainage / doc.network.reaches[reach].length_m) ? "top" : "right");

// The class in letters on every reach that is long enough to carry it: colour alone tells not everyone.
function classLabels(run, frame) {
  if (byValue() || doc.network.reaches.length > 80) return [];
  return stretches(run, frame).filter((p) => p.class && p.to - p.from > 0.34).map((p) => ({
    value: curvePart(p.reach, (p.from + p.to) / 2),
    label: { opacity: 1, position: acrossLeft(p.reach, (p.from + p.to) / 2), distance: 8, formatter: className(p.class), color: classColor(p.class).ink, backgroundColor: classColor(p.class).strong, padding: [1, 4], borderRadius: 3, fontSize: 10 },
  }));
}

// Which way the water goes: a head on every reach.
function arrows() {
  if (doc.network.reaches.length > 400) return [];
  return doc.network.reaches.map((reach, index) => {
    const [a, b] = [placeOnMap(index, reach.length_m * 0.8), placeOnMap(index, reach.length_m * 0.83)];
    return { value: b, symbolRotate: (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI - 90 };
  });
}

function sectionMissed(run, index) {
  const s = run.sections[index];
  if (!s.judged) return false;
  if (run.steady && !view.item) return !s.attained;
  return (view.item ? [view.item] : run.constituents).some((name) => {
    const c = constituent(name);
    return c?.judged && c.evaluated && classOf(c, sectionValue(run, index, name)) > s.target;
  });
}

const tip = (rows) => rows.filter(Boolean).map((row) => String(row).replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c])).join("<br>");

function sectionPoints(run) {
  return run.sections.map((s, index) => {
    const missed = sectionMissed(run, index);
    return {
      value: placeOnMap(s.reach, s.chainage_m), section: index,
      symbol: missed ? "diamond" : "circle", symbolSize: missed ? 16 : 11,
      itemStyle: { color: missed ? ALARM : "#ffffff", borderColor: missed ? "#ffffff" : INK, borderWidth: 1.6, opacity: 1 },
      label: { position: acrossRight(s.reach, s.chainage_m), formatter: missed ? `${s.name} ✗` : s.name, color: missed ? ALARM : INK, fontWeight: missed ? 600 : 400 },
      tip: tip([s.name, ...run.constituents.map((name) => `${itemName(name)}: ${number(shown(name, sectionValue(run, index, name)))} ${unitOf(name)} ${className(classOf(constituent(name), sectionValue(run, index, name)))}`), s.judged && t("target class %s", className(s.target))]),
    };
  });
}

const sourcePoints = (run, kind) => run.sources.filter((s) => s.kind === kind && s.reach !== null).map((s) => ({
  value: placeOnMap(s.reach, s.chainage_m),
  tip: tip([s.name, t("flow %s m³/s", number(s.flow_m3s)), ...run.constituents.map((name, i) => `${itemName(name)}: ${number(s.load_gs[i])} g/s`)]),
}));

function symbols(name, data, symbol, size, color, more = {}) {
  return { name, type: "scatter", data, symbol, symbolSize: size, itemStyle: { color, borderColor: "#ffffff", borderWidth: 1, opacity: 1 }, z: 4, ...more };
}

// What an evaluation before a permit is about: the outfall that is asked for, accounting sections, protected stretches.
const PROJECT = "#8e24aa", ZONE = "#7cb342";
const reachCalled = (name) => doc.network.reaches.findIndex((r) => r.name === name);
function permitSeries(names) {
  const { permit } = doc;
  if (!permit) return [];
  const point = (of, text) => ({ value: placeOnMap(reachCalled(of.reach), of.chainage_m), label: { formatter: text, position: acrossLeft(reachCalled(of.reach), of.chainage_m / doc.network.reaches[reachCalled(of.reach)].length_m) }, tip: tip([text]) });
  const accounting = permit.places.filter((p) => p.kind === "accounting" || p.kind === "above");
  const zones = permit.zones.map((z) => ({ coords: curvePart(z.reach, z.from_m / doc.network.reaches[z.reach].length_m, z.to_m / doc.network.reaches[z.reach].length_m), tip: tip([z.name, isChinese() ? z.kind_zh : z.kind]) }));
  return [
    { name: "zone", type: "lines", coordinateSystem: "cartesian2d", polyline: true, data: zones, lineStyle: { color: ZONE, width: 14, opacity: 0.45, cap: "butt" }, z: 1 },
    symbols("accounting", accounting.map((p) => point(p, t("accounting section"))), "path://M-1.5 -8H1.5V8H-1.5Z", [4, 22], PROJECT, { label: { show: true, ...names, color: PROJECT }, z: 5 }),
    symbols("project", [point(permit.proposal, permit.proposal.name)], "path://M-6 -5H6L0 6Z", 17, PROJECT, { label: { show: true, ...names, color: PROJECT, fontWeight: 600 }, z: 7 }),
  ];
}

const symbolLegend = () => [
  [judged ? t("section, target attained") : t("section"), "circle", "#ffffff", INK], [t("section, target missed"), "diamond", ALARM, ALARM], [t("outfall"), "down", WASTE, WASTE],
  [t("tributary"), "up", WATER, WATER], [t("diversion station"), "square", INK, INK], [t("withdrawal"), "arrow", FAINT, FAINT],
  [t("the outfall that is asked for"), "down", PROJECT, PROJECT], [t("accounting section"), "bar", PROJECT, PROJECT], [t("protected zone"), "band", ZONE, ZONE],
];

function mark(shape, fill, edge) {
  const NS = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NS, "path");
  path.setAttribute("d", { circle: "M2 7a5 5 0 1 0 10 0a5 5 0 1 0-10 0", diamond: "M7 1L13 7L7 13L1 7Z", down: "M1 2H13L7 13Z", up: "M7 1L13 12H1Z", square: "M2 2H12V12H2Z", arrow: "M7 1L12 7H9V13H5V7H2Z", bar: "M6 0H8V14H6Z", band: "M0 4H14V10H0Z" }[shape]);
  path.setAttribute("fill", fill);
  path.setAttribute("stroke", edge);
  path.setAttribute("stroke-width", "1.5");
  svg.append(path);
  return svg;
}

function legend(run) {
  const grades = (byValue() ? STEPS : doc.standard.classes).map((_, i) => h("li", {}, h("span", { class: "badge", style: { background: gradeColor(i + 1).strong, color: gradeColor(i + 1).ink } }, gradeName(i + 1))));
  const here = (i) => [true, judged, run.sources.some((s) => s.kind === "outfall"), run.sources.some((s) => s.kind === "tributary"), run.stations.length > 0, run.withdrawals.length > 0, doc.permit, doc.permit?.places.some((p) => p.kind === "accounting"), doc.permit?.zones.length > 0][i];
  return h("ul", { class: "legend" }, h("li", {}, byValue() ? `${itemName(view.item)}:` : t("class of the water:")), grades, symbolLegend().map(([text, shape, fill, edge], i) => here(i) && h("li", {}, mark(shape, fill, edge), text)));
}

// Limits of both axes so that the network fills the chart, and a map keeps its proportions.
function viewOf(width, height) {
  const pad = 46;
  const { network } = doc;
  const [w, hgt] = [network.width, network.height];
  const scale = Math.min((width - 2 * pad - 70) / w, (height - 2 * pad) / hgt);
  if (network.geographic) return { x: [w / 2 - width / 2 / scale, w / 2 + width / 2 / scale], y: [hgt / 2 - height / 2 / scale, hgt / 2 + height / 2 / scale], scale };
  const [sx, sy] = [(width - 2 * pad - 70) / w, (height - 2 * pad) / hgt];
  return { x: [-pad / sx, w + (pad + 70) / sx], y: [-pad / sy, hgt + pad / sy], scale: null };
}

// A bar of a round length, where the drawing is a map.
function scaleBar(width, scale) {
  if (!scale) return t("scheme, not to scale");
  const metres = 110 / scale / doc.network.units_per_m;
  const power = 10 ** Math.floor(Math.log10(metres));
  const length = power * (metres >= 5 * power ? 5 : metres >= 2 * power ? 2 : 1);
  return { length, pixels: length * doc.network.units_per_m * scale, text: length >= 1000 ? `${length / 1000} km` : `${length} m` };
}

function scaleSeries(width, height, scale) {
  const bar = scaleBar(width, scale);
  return {
    type: "custom", data: [0], silent: true, renderItem: () => {
      if (typeof bar === "string") return { type: "text", style: { x: 12, y: height - 22, text: bar, fill: FAINT, fontSize: 11 } };
      const y = height - 14;
      return { type: "group", children: [
        { type: "polyline", shape: { points: [[14, y - 5], [14, y], [14 + bar.pixels, y], [14 + bar.pixels, y - 5]] }, style: { stroke: INK, fill: "none", lineWidth: 1.4 } },
        { type: "text", style: { x: 18 + bar.pixels, y: y - 8, text: bar.text, fill: INK, fontSize: 11 } }] };
    },
  };
}

function option({ width, height }) {
  const run = doc.runs[state.run];
  const frame = frameOf(run);
  const limits = viewOf(width, height);
  const hidden = { type: "value", show: false };
  const names = { opacity: 1, position: "right", distance: 7, textBorderColor: "#ffffff", textBorderWidth: 3, fontSize: 11 };
  const riverNames = [...new Map(doc.network.reaches.map((r, i) => [r.river, i])).entries()].filter(([river]) => river).slice(0, 40);
  return {
    ...base(),
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    xAxis: { ...hidden, min: limits.x[0], max: limits.x[1] },
    yAxis: { ...hidden, min: limits.y[0], max: limits.y[1] },
    dataZoom: [{ type: "inside", xAxisIndex: 0, zoomOnMouseWheel: "ctrl", filterMode: "none" }, { type: "inside", yAxisIndex: 0, zoomOnMouseWheel: "ctrl", filterMode: "none" }],
    tooltip: { confine: true, formatter: (p) => p.data?.tip ?? (p.data?.reach !== undefined ? tip([doc.network.reaches[p.data.reach].name, byValue() ? gradeName(p.data.class) : t("class %s", className(p.data.class))]) : "") },
    series: [
      { name: "reach", type: "lines", coordinateSystem: "cartesian2d", polyline: true, data: reachLines(run, frame), lineStyle: { opacity: 1, cap: "round" }, emphasis: { lineStyle: { shadowBlur: 6, shadowColor: INK } }, z: 2 },
      { type: "scatter", silent: true, data: arrows(), symbol: "path://M0 -5L4 4L0 1.5L-4 4Z", symbolSize: 9, itemStyle: { color: "#ffffff", borderColor: INK, borderWidth: 0.8, opacity: 1 }, z: 3 },
      { type: "scatter", silent: true, data: classLabels(run, frame), symbolSize: 1, label: { show: true }, labelLayout: { hideOverlap: true }, z: 3 },
      { type: "scatter", silent: true, data: riverNames.map(([river, i]) => ({ value: curvePart(i, 0.5), label: { formatter: river, position: acrossLeft(i, 0.5) } })), symbolSize: 1, label: { show: true, ...names, position: "left", distance: 30, fontStyle: "italic", fontSize: 13, color: WATER }, labelLayout: { hideOverlap: true }, z: 3 },
      symbols("outfall", sourcePoints(run, "outfall"), "path://M-6 -5H6L0 6Z", 11, WASTE),
      symbols("tributary", sourcePoints(run, "tributary"), "triangle", 11, WATER),
      symbols("station", run.stations.filter((s) => s.reach !== null).map((s) => ({ value: placeOnMap(s.reach, s.chainage_m), label: { position: acrossRight(s.reach, s.chainage_m), formatter: s.name }, tip: tip([s.name, t("ecological flow %s m³/s, released %s m³/s", number(s.target_m3s), number(s.released_m3s))]) })), "rect", 10, INK, { label: { show: true, ...names, color: FAINT }, labelLayout: { hideOverlap: true } }),
      symbols("withdrawal", run.withdrawals.filter((w) => w.reach !== null).map((w) => ({ value: placeOnMap(w.reach, w.chainage_m), tip: tip([w.name, t("takes %s of %s m³/s", number(w.taken_m3s), number(w.asked_m3s))]) })), "arrow", 11, FAINT),
      { ...symbols("section", sectionPoints(run), "circle", 11, INK), label: { show: true, ...names }, labelLayout: run.sections.length > 24 ? { hideOverlap: true } : { hideOverlap: true, moveOverlap: "shiftY" }, z: 6 },
      ...permitSeries(names),
      scaleSeries(width, height, limits.scale),
    ],
  };
}

export function map(section) {
  const run = () => doc.runs[state.run];
  const panel = h("div", { id: "section-details", class: "details", "aria-live": "polite" });
  const chosen = { kind: "", index: 0 };
  const show = () => panel.replaceChildren(...(chosen.kind ? details(run(), chosen.kind, chosen.index) : [h("p", { class: "note screen" }, t("click on a reach or a section, or choose one from the list, to see its details"))]));
  const choose = (kind, index) => {
    Object.assign(chosen, { kind, index });
    show();
  };
  const title = () => {
    const r = run();
    const when = r.steady ? "" : `, ${timeText(r, r.profile.time_s[frameOf(r)])}`;
    const which = view.item ? itemName(view.item) : t("worst of all items");
    return (byValue() ? t("%s in the network", which) : t("class of the water in the network: %s", which)) + when + (doc.runs.length > 1 ? ` — ${runName(r)}` : "");
  };
  const chart = figure({
    id: "map", title: title(), renderer: doc.network.reaches.length > 1500 ? "canvas" : "svg",
    caption: [t("○ section, ◆ section that misses its target, ▼ outfall, ▲ tributary, ■ diversion station, ↑ withdrawal."), " ", t("The width of a line grows with the discharge."), h("span", { class: "screen" }, ` ${t("Ctrl and the wheel enlarge; drag to move.")}`)],
    height: (width) => (doc.network.nodes.every((n) => n.y === doc.network.nodes[0].y) ? 190 : Math.round(Math.min(Math.max((width - 160) * (doc.network.height / doc.network.width) + 92, 320), width < 700 ? 440 : 760))),
    option,
    onclick: (event) => {
      if (event.seriesName === "section") choose("section", event.data.section);
      else if (event.seriesName === "reach") choose("reach", event.data.reach);
    },
  });
  const legends = h("div", {});
  const update = () => {
    chart.retitle(title());
    legends.replaceChildren(legend(run()));
    if (chart.chart) chart.draw();
    show();
  };
  const places = [["", t("choose …")], ...run().sections.map((s, i) => [`section:${i}`, `${t("section")} ${s.name}`]), ...doc.network.reaches.slice(0, 400).map((r, i) => [`reach:${i}`, `${t("reach")} ${r.name}`])];
  const bar = h("div", { class: "controls" },
    select(t("item"), [...(judged ? [["", t("worst of all items")]] : []), ...run().constituents.map((n) => [n, itemName(n)])], view.item, (value) => { view.item = value; update(); }),
    doc.runs.length > 1 && select(t("computed case"), doc.runs.map((r, i) => [i, runName(r)]), state.run, (value) => change({ run: Number(value) })),
    select(t("details of"), places, "", (value) => {
      const [kind, index] = value.split(":");
      choose(kind, Number(index ?? 0));
    }));
  section.append(bar, chart.element, legends, panel);
  legends.append(legend(run()));
  show();
  state.listeners.add((values) => ("frame" in values || "run" in values || "safe" in values) && update());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".to-section");
    if (link) choose("section", Number(link.dataset.section));
  });
}
