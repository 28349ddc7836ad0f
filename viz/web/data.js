// The document, and what follows from it: names in the reader's language, classes of values, places and times.
import { isChinese, t } from "./texts.js";

export const doc = JSON.parse(document.getElementById("document").textContent);

// What is not known of a source is left out of the document.
for (const run of doc.runs) {
  const unknown = { code: "", category: "", district: "", body: "", permit: "", standard: "", status: "", note: "", reach: null, node: null, chainage_m: null, end_chainage_m: null, limit: run.constituents.map(() => null) };
  run.sources = run.sources.map((s) => ({ ...unknown, ...s }));
}

// The item that a target is missed by most, else the first.
function mostExceeded() {
  const missed = doc.runs.flatMap((run) => run.items).filter((v) => v.judged && v.counts && !v.attained);
  missed.sort((a, b) => (b.over ?? 0) - (a.over ?? 0));
  return missed[0]?.constituent ?? doc.constituents[0]?.name ?? "";
}

// ---- what is shown at the moment; several figures share it
export const state = {
  item: mostExceeded(), // of profiles, series and loads
  run: 0, // of the map
  route: 0,
  frame: 0, // of the first run; see the end of this file
  safe: false, // colours that colour-blind readers tell apart
  listeners: new Set(),
};
export function change(values) {
  Object.assign(state, values);
  for (const listener of state.listeners) listener(values);
}

// ---- classes
const SAFE = ["#56b4e9", "#0072b2", "#009e73", "#e69f00", "#d55e00", "#6b0f3a"]; // Okabe and Ito, and a dark red
const DARK = "#0b1420"; // text on light colours
export const nClass = doc.standard.classes.length - 1;

const mixed = (color, white) =>
  "#" + [1, 3, 5].map((i) => Math.round(parseInt(color.slice(i, i + 2), 16) * (1 - white) + 255 * white).toString(16).padStart(2, "0")).join("");
function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((i) => (parseInt(color.slice(i, i + 2), 16) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// White or dark, whichever is read better on a colour.
export const inkOn = (color) => (luminance(color) > 0.2 ? DARK : "#ffffff");

// Colours of a class 1..nClass + 1; ink is what text on `strong` stands in.
export function classColor(water) {
  if (!water) return { strong: "#8a94a0", tint: "#f1f3f5", ink: DARK };
  if (!state.safe) {
    const color = doc.standard.classes[water - 1];
    return { ...color, ink: inkOn(color.strong) };
  }
  const strong = SAFE[Math.round(((water - 1) * (SAFE.length - 1)) / nClass)];
  return { strong, tint: mixed(strong, 0.8), ink: inkOn(strong) };
}

export function className(water) {
  if (!water) return "–";
  if (water <= nClass) return doc.standard.classes[water - 1].name;
  return (isChinese() ? "劣" : ">") + doc.standard.classes[nClass - 1].name;
}

// Class of a value in the unit of the run (g/m3): the best whose limit it keeps; 0 when nothing judges it.
export function classOf(c, value) {
  if (!c?.judged || value === null || value === undefined) return 0;
  for (let k = 0; k < nClass; k++) {
    const keeps =
      c.sense === "max" ? value <= c.limit[k] : c.sense === "min" ? value >= c.limit[k] : value >= c.limit[k] && value <= c.limit_high[k];
    if (keeps) return k + 1;
  }
  return nClass + 1;
}

// ---- names
export const constituent = (name) => doc.constituents.find((c) => c.name === name);
export function itemName(name) {
  const c = constituent(name);
  if (!c) return name;
  const title = isChinese() ? (c.judged && c.name === c.item ? c.item_title_zh : c.title) : c.judged ? c.item_title : c.title;
  return title === c.name ? c.name : `${title} ${c.name}`;
}
export function shortName(name) {
  const c = constituent(name);
  return isChinese() && c ? (c.judged && c.name === c.item ? c.item_title_zh : c.title) : name;
}
export const unitOf = (name) => (constituent(name)?.judged ? constituent(name).unit : "mg/L");
// From the run's unit to the one that is shown.
export const shown = (name, value) => (value === null || value === undefined ? null : constituent(name)?.judged ? value / constituent(name).factor : value);
export const reachName = (index) => doc.network.reaches[index]?.name ?? "";
export const grade = (v) => (isChinese() ? v.grade_zh : v.grade) || "–";

// What tells the runs apart: the title where it does, else the file.
const titleOf = (run) => (isChinese() && run.scenario_zh) || run.scenario || run.title || run.case;
export function runName(run) {
  const title = titleOf(run);
  return doc.runs.filter((r) => titleOf(r) === title).length > 1 ? `${title} (${run.path})` : title;
}
export const runColor = (index) => (index === 0 ? "#1b2a41" : doc.line_colors[(index - 1) % doc.line_colors.length]);
export const DASHES = ["solid", [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 5]];

// ---- numbers: four significant digits, never in a form that a panel has to decode
export function number(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(2);
  return String(Number(value.toPrecision(digits)));
}
export const percent = (share) => (share === null || share === undefined ? "–" : `${(100 * share).toFixed(1)} %`);
export const tonsAYear = (gramsASecond) => (gramsASecond === null ? null : gramsASecond * 31.536); // 365 d

// ---- time, by the run's own clock: handled as if it were UTC, so that no time zone moves it
export const startOf = (run) => (run.start ? Date.parse(run.start.replace(" ", "T") + (run.start.length <= 10 ? "T00:00:00Z" : "Z")) : NaN);
export function timeText(run, seconds) {
  const start = startOf(run);
  if (Number.isNaN(start)) return seconds < 172800 ? `${number(seconds / 3600)} h` : `${number(seconds / 86400)} d`;
  return new Date(Math.round((start + seconds * 1000) / 60000) * 60000).toISOString().slice(0, 16).replace("T", " ");
}

// ---- the frame of a run that is nearest to the time shown
export function frameOf(run) {
  const times = run.profile.time_s;
  const wanted = doc.runs[0].profile.time_s[state.frame] ?? 0;
  let best = 0;
  times.forEach((time, i) => {
    if (Math.abs(time - wanted) < Math.abs(times[best] - wanted)) best = i;
  });
  return run.steady ? times.length - 1 : best;
}

// Discharge of the cells at that frame, m3/s, negative where the river runs backwards.
export const dischargeOf = (run) => run.profile.moving_discharge_m3s?.[frameOf(run)] ?? run.profile.discharge_m3s;

// ---- places
// The route as stretches: [{ reach, offset }], offsets and length in m.
export function way(index) {
  let offset = 0;
  const parts = doc.network.routes[index].reaches.map((reach) => {
    const part = { reach, offset };
    offset += doc.network.reaches[reach].length_m;
    return part;
  });
  return { name: doc.network.routes[index].name, parts, length: offset };
}
export function along(w, reach, chainage) {
  const part = w.parts.find((p) => p.reach === reach);
  return part ? part.offset + chainage : null;
}

// Points of a reach on the map between two fractions of its length.
export function curvePart(index, from, to) {
  const { x, y } = doc.network.reaches[index];
  const lengths = [0];
  for (let i = 1; i < x.length; i++) lengths.push(lengths[i - 1] + Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]));
  const total = lengths[lengths.length - 1] || 1;
  const at = (fraction) => {
    const wanted = Math.min(Math.max(fraction, 0), 1) * total;
    let i = 1;
    while (i < x.length - 1 && lengths[i] < wanted) i++;
    const part = (wanted - lengths[i - 1]) / (lengths[i] - lengths[i - 1] || 1);
    return [x[i - 1] + part * (x[i] - x[i - 1]), y[i - 1] + part * (y[i] - y[i - 1])];
  };
  if (to === undefined) return at(from);
  const points = [at(from)];
  for (let i = 1; i < x.length - 1; i++) if (lengths[i] > from * total && lengths[i] < to * total) points.push([x[i], y[i]]);
  points.push(at(to));
  return points;
}
export const placeOnMap = (reach, chainage) => curvePart(reach, chainage / doc.network.reaches[reach].length_m);

// Cells of a reach in the lists of a profile: [begin, end).
export const cellsOf = (run, reach) => [run.profile.first_cell[reach], run.profile.first_cell[reach + 1]];

// Worst class of one cell over the items, or that of one item.
export function cellClass(run, frame, cell, item) {
  const names = item ? [item] : run.constituents;
  return names.reduce((worst, name) => Math.max(worst, classOf(constituent(name), run.profile.value[name]?.[frame]?.[cell])), 0);
}

// A line of samples at a time, straight between two of them.
function sampleAt(line, time) {
  let i = line.time_s.findIndex((v) => v >= time);
  if (i < 0) i = line.time_s.length - 1;
  if (i === 0 || line.time_s[i] === time) return line.value[i];
  const part = (time - line.time_s[i - 1]) / (line.time_s[i] - line.time_s[i - 1]);
  return line.value[i - 1] + part * (line.value[i] - line.value[i - 1]);
}

// Discharge through a section at the time shown, m3/s.
export function sectionDischarge(run, section) {
  const line = run.discharge?.find((l) => l.section === section);
  return line ? sampleAt(line, run.profile.time_s[frameOf(run)]) : run.sections[section].discharge_m3s;
}

// Value of a section at the time shown, in the unit of the run.
export function sectionValue(run, section, name) {
  const frame = frameOf(run);
  const s = run.sections[section];
  const line = run.series?.find((l) => l.section === section && l.constituent === name);
  if (line) return sampleAt(line, run.profile.time_s[frame]);
  const verdict = run.items.find((v) => v.section === section && v.constituent === name);
  if (run.steady && verdict) return verdict.judged ? verdict.value * constituent(name).factor : verdict.value;
  const [begin, end] = cellsOf(run, s.reach);
  let best = begin;
  for (let c = begin; c < end; c++)
    if (Math.abs(run.profile.chainage_m[c] - s.chainage_m) < Math.abs(run.profile.chainage_m[best] - s.chainage_m)) best = c;
  return run.profile.value[name]?.[frame]?.[best] ?? null;
}

export function statisticName(run) {
  switch (run.statistic) {
    case "steady": return t("steady value");
    case "instant": return t("worst instant");
    case "daily": return t("worst daily mean");
    case "monthly": return t("worst monthly mean");
    case "annual": return t("worst annual mean");
    default: return t("mean over the run");
  }
}

export function kindName(kind) {
  switch (kind) {
    case "headwater": return t("headwater");
    case "tributary": return t("tributary");
    case "outfall": return t("outfall");
    default: return t("distributed inflow");
  }
}

// Calls `use` with each item that is not shown chosen in its turn.
export function eachOtherItem(use) {
  const before = state.item;
  for (const c of doc.constituents) {
    if (c.name === before) continue;
    state.item = c.name;
    use();
  }
  state.item = before;
}

// What is shown first of an unsteady run: the time at which its water is worst in the item that is shown.
function worstFrame(run, name) {
  const frames = run.profile.value[name] ?? [];
  const sign = constituent(name)?.sense === "min" ? -1 : 1;
  let [best, highest] = [Math.max(0, run.profile.time_s.length - 1), -Infinity];
  frames.forEach((values, i) => {
    const top = values.reduce((most, v) => Math.max(most, v === null ? -Infinity : sign * v), -Infinity);
    if (top > highest * (highest < 0 ? 0.999 : 1.001)) [best, highest] = [i, top];
  });
  return best;
}
state.frame = worstFrame(doc.runs[0], state.item);
