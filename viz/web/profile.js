// The longitudinal profile: all runs over one another, the bands of the classes behind them, what stands along the way
// above them and the discharge below.
import { h, select } from "./dom.js";
import { along, cellsOf, change, classColor, className, classOf, constituent, DASHES, dischargeOf, doc, eachOtherItem, frameOf, itemName, nClass, number, runColor, runName, sectionValue, shown, state, timeText, unitOf, way } from "./data.js";
import { ALARM, axis, base, FAINT, INK, RULE, WASTE, WATER } from "./charts.js";
import { itemSelect } from "./controls.js";
import { figure } from "./figure.js";
import { t } from "./texts.js";

export const NAMES = 142; // px, for the names above a panel
const LEFT = 64, RIGHT = 72, FLOW = 78; // px

const inKm = (w) => w.length >= 2000;
const place = (w, metres) => metres / (inKm(w) ? 1000 : 1);

function points(run, w, list) {
  const data = [];
  for (const part of w.parts) {
    const [begin, end] = cellsOf(run, part.reach);
    for (let c = begin; c < end; c++) data.push([place(w, part.offset + run.profile.chainage_m[c]), list(c)]);
  }
  return data;
}

// Names above the panel, spread so that none covers another (pool adjacent violators).
function spread(wanted, gap, low, high) {
  const step = wanted.length > 1 ? Math.min(gap, (high - low) / (wanted.length - 1)) : 0;
  const blocks = [];
  wanted.forEach((x, i) => {
    let block = { sum: x - step * i, count: 1 };
    while (blocks.length && blocks[blocks.length - 1].sum / blocks[blocks.length - 1].count > block.sum / block.count) {
      const before = blocks.pop();
      block = { sum: before.sum + block.sum, count: before.count + block.count };
    }
    blocks.push(block);
  });
  const last = high - step * Math.max(wanted.length - 1, 0);
  return blocks.flatMap((b) => Array(b.count).fill(Math.min(Math.max(b.sum / b.count, low), last))).map((x, i) => x + step * i);
}

// What stands along the way: sections, outfalls, tributaries and rivers that join, stations, withdrawals.
function features(run, w) {
  const list = [];
  const add = (kind, reach, chainage, name, index, weight = 0) => {
    const x = reach === null ? null : along(w, reach, chainage);
    if (x !== null) list.push({ kind, x: place(w, x), name, index, weight });
  };
  run.sections.forEach((s, i) => add("section", s.reach, s.chainage_m, s.name, i));
  run.sources.forEach((s, i) => (s.kind === "outfall" || s.kind === "tributary") && add(s.kind, s.reach, s.chainage_m, s.name, i, s.flow_m3s));
  run.stations.forEach((s, i) => add("station", s.reach, s.chainage_m, s.name, i));
  run.withdrawals.forEach((s, i) => add("withdrawal", s.reach, s.chainage_m, s.name, i));
  w.parts.slice(1).forEach((part, i) => {
    const [here, above] = [doc.network.reaches[part.reach], doc.network.reaches[w.parts[i].reach]];
    doc.network.reaches.forEach((r, index) => {
      if (r.to !== here.from || index === w.parts[i].reach || (r.river && r.river === above.river)) return;
      list.push({ kind: "tributary", x: place(w, part.offset), name: r.river || r.name, index: -1, weight: run.profile.discharge_m3s[cellsOf(run, index)[1] - 1] });
    });
  });
  return list.sort((a, b) => a.x - b.x);
}

const COLOR = { section: INK, outfall: WASTE, tributary: WATER, station: FAINT, withdrawal: FAINT };
const SIGN = { section: "●", outfall: "▼", tributary: "▲", station: "■", withdrawal: "↑" };

// Of more names than find room: sections first, rivers that join last; within a kind the larger discharge.
const RANK = ["section", "station", "withdrawal", "outfall", "tributary"];
function worthNaming(list, most) {
  if (list.length <= most) return list;
  const byRank = (a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind) || (b.weight ?? 0) - (a.weight ?? 0) || a.x - b.x;
  return [...list].sort(byRank).slice(0, most).sort((a, b) => a.x - b.x);
}

// Names above a panel from LEFT to RIGHT whose top is NAMES.
export function nameSeries(all, size, length) {
  const wide = size.width - LEFT - RIGHT;
  const list = worthNaming(all, Math.max(1, Math.floor(wide / 14)));
  const wanted = list.map((f) => LEFT + (f.x / length) * wide);
  const placed = spread(wanted, 19, LEFT, size.width - RIGHT);
  const shortened = (name) => (name.length > 17 ? `${name.slice(0, 16)}…` : name);
  return {
    type: "custom", xAxisIndex: 0, yAxisIndex: 0, silent: true, clip: false, z: 5, data: list.map((f) => [f.x, 0]),
    renderItem: (params) => {
      const f = list[params.dataIndex];
      if (!f) return null;
      const [x, y] = [wanted[params.dataIndex], placed[params.dataIndex]];
      return { type: "group", children: [
        { type: "polyline", shape: { points: [[x, NAMES], [x, NAMES - 6], [y, NAMES - 18]] }, style: { stroke: RULE, fill: "none", lineWidth: 1 } },
        { type: "text", x: y, y: NAMES - 26, style: { text: SIGN[f.kind], fill: COLOR[f.kind], fontSize: 11, align: "center", verticalAlign: "middle" } },
        { type: "text", x: y + 3, y: NAMES - 34, rotation: Math.PI / 4, style: { text: shortened(f.name), fill: COLOR[f.kind], fontSize: 11, align: "left", verticalAlign: "middle" } }] };
    },
  };
}

// Classes of the same limit share a band, named "Ⅰ–Ⅱ".
function bands(c, top) {
  if (!c?.judged || c.sense === "range") return [];
  const order = [...Array(nClass + 1).keys()];
  if (c.sense === "min") order.reverse();
  const upper = (k) => (c.sense === "min" ? (k === 0 ? Infinity : c.limit[k - 1]) : k < nClass ? c.limit[k] : Infinity) / c.factor;
  const groups = [];
  for (const k of order) {
    const last = groups[groups.length - 1];
    if (last && last.high === upper(k)) last.classes.push(k + 1);
    else groups.push({ low: last ? last.high : 0, high: upper(k), classes: [k + 1] });
  }
  return groups.filter((g) => g.low < top).map((g) => {
    const names = [...new Set([Math.min(...g.classes), Math.max(...g.classes)])].map(className);
    const color = classColor(Math.max(...g.classes));
    return [{ yAxis: g.low, name: names.join("–"), itemStyle: { color: color.tint, opacity: 1, borderColor: "#ffffff", borderWidth: 1 } }, { yAxis: Math.min(g.high, top) }];
  });
}

function topOf(runs, w, name) {
  let top = 0;
  for (const run of runs) {
    for (const frame of run.profile.value[name] ?? []) {
      for (const part of w.parts) {
        const [begin, end] = cellsOf(run, part.reach);
        for (let i = begin; i < end; i++) top = Math.max(top, frame[i]);
      }
    }
    for (const s of run.sections) if (along(w, s.reach, 0) !== null && s.judged) top = Math.max(top, targetOf(name, s) ?? 0);
  }
  return shown(name, top || 1) * 1.12;
}

function targetOf(name, section) {
  const c = constituent(name);
  return c?.judged && c.sense !== "range" && section.target >= 1 && section.target <= nClass ? c.limit[section.target - 1] : null;
}

function sectionMarks(run, index, w, name) {
  return run.sections.flatMap((s, i) => {
    const x = along(w, s.reach, s.chainage_m);
    const value = sectionValue(run, i, name);
    if (x === null || value === null) return [];
    const c = constituent(name);
    const water = classOf(c, value);
    const missed = water > 0 && c.evaluated && water > s.target;
    return [{
      value: [place(w, x), shown(name, value)], symbol: missed ? "diamond" : "circle", symbolSize: missed ? 12 : 8,
      itemStyle: { color: missed ? ALARM : "#ffffff", borderColor: missed ? "#ffffff" : runColor(index), borderWidth: 1.5, opacity: 1 },
      label: { show: missed && index === 0, formatter: `${number(shown(name, value), 3)} ${className(water)}`, position: "top", distance: 3, color: ALARM, fontSize: 11, textBorderColor: "#fff", textBorderWidth: 2 },
      name: s.name,
    }];
  });
}

function targets(run, w, name) {
  return run.sections.flatMap((s) => {
    const x = along(w, s.reach, s.chainage_m);
    const limit = targetOf(name, s);
    return x === null || limit === null ? [] : [{ value: [place(w, x), shown(name, limit)], name: s.name }];
  });
}

function tooltip(w, name) {
  return (list) => {
    const lines = list.filter((p) => p.seriesType === "line" && p.value?.[1] !== undefined && p.seriesName !== "flow");
    if (!lines.length) return "";
    const head = `${number(lines[0].value[0])} ${inKm(w) ? "km" : "m"}`;
    const text = (s) => s.replace(/[&<>]/g, "");
    return [head, ...lines.map((p) => `${p.marker} ${text(p.seriesName)}: ${number(p.value[1])} ${unitOf(name)} ${className(classOf(constituent(name), p.value[1] * (constituent(name).factor ?? 1)))}`)].join("<br>");
  };
}

// Lowest and highest discharge along the way at any time, or 0 where that is beyond: the axis stands still in time.
function flowRange(run, w) {
  const frames = run.profile.moving_discharge_m3s ?? [run.profile.discharge_m3s];
  const at = points(run, w, (c) => frames.map((frame) => frame[c])).flatMap((p) => p?.[1] ?? []);
  return at.reduce(([low, high], q) => [Math.min(low, q), Math.max(high, q)], [0, 0]);
}

function option(size) {
  const w = way(state.route);
  const name = state.item;
  const runs = doc.runs.filter((run) => run.constituents.includes(name));
  const discharge = dischargeOf(runs[0]);
  const moves = Boolean(runs[0].profile.moving_discharge_m3s);
  const flow = flowRange(runs[0], w);
  const top = topOf(runs, w, name);
  const length = place(w, w.length);
  const panel = size.height - NAMES - FLOW - (doc.runs.length > 1 || !doc.runs[0].steady ? 88 : 66);
  const lowest = constituent(name)?.sense === "min"; // the bad side of dissolved oxygen
  const extreme = (c) => runs[0].profile.value[name].reduce((e, frame) => (lowest ? Math.min(e, frame[c]) : Math.max(e, frame[c])), lowest ? Infinity : 0);
  const highest = runs[0].steady ? [] : [{
    name: lowest ? t("lowest of all times") : t("highest of all times"), type: "line", showSymbol: false, z: 2, silent: true, lineStyle: { color: FAINT, width: 1.2, type: [2, 2] }, itemStyle: { color: FAINT },
    data: points(runs[0], w, (c) => shown(name, extreme(c))),
  }];
  const lines = runs.map((run, i) => {
    const index = doc.runs.indexOf(run);
    return {
      name: runName(run), type: "line", showSymbol: false, z: 3, xAxisIndex: 0, yAxisIndex: 0,
      lineStyle: { color: runColor(index), width: 2.2, type: DASHES[index % DASHES.length] }, itemStyle: { color: runColor(index) },
      data: points(run, w, (c) => shown(name, run.profile.value[name][frameOf(run)][c])),
      markArea: i === 0 ? { silent: true, data: bands(constituent(name), top), label: { position: ["100%", "50%"], offset: [8, -6], fontSize: 11 } } : undefined,
    };
  });
  return {
    ...base(),
    grid: [{ left: LEFT, right: RIGHT, top: NAMES, height: panel }, { left: LEFT, right: RIGHT, top: NAMES + panel + 18, height: FLOW }],
    xAxis: [
      axis({ type: "value", min: 0, max: length, axisLabel: { show: false }, axisPointer: { show: true } }),
      axis({ type: "value", min: 0, max: length, gridIndex: 1, name: `${t("distance from the head of the route")} (${inKm(w) ? "km" : "m"})`, nameLocation: "middle", nameGap: 26, axisLabel: { color: INK, formatter: (v) => (v === length && v % 1 ? "" : String(v)) } }),
    ],
    yAxis: [
      axis({ type: "value", min: 0, max: top, name: `${itemName(name)} (${unitOf(name)})`, nameLocation: "middle", nameRotate: 90, nameGap: 44, axisLabel: { color: INK, showMaxLabel: false } }),
      axis({ type: "value", min: flow[0] * 1.1, max: moves ? flow[1] * 1.1 || 1 : undefined, gridIndex: 1, splitNumber: 2, name: `${t("discharge")} (m³/s)`, nameLocation: "middle", nameRotate: 90, nameGap: 44, axisLabel: { color: INK, showMinLabel: flow[0] === 0, showMaxLabel: !moves } }),
    ],
    tooltip: { trigger: "axis", confine: true, formatter: tooltip(w, name) },
    legend: doc.runs.length > 1 || highest.length ? { bottom: 0, data: [...runs.map(runName), ...highest.map((l) => l.name)], itemWidth: 34, itemStyle: { opacity: 0 } } : undefined,
    series: [
      ...lines,
      ...highest,
      { type: "scatter", data: targets(runs[0], w, name), symbol: "rect", symbolSize: [18, 3], itemStyle: { color: INK, opacity: 1 }, silent: true, z: 4 },
      ...runs.map((run) => ({ type: "scatter", data: sectionMarks(run, doc.runs.indexOf(run), w, name), z: 5, tooltip: { trigger: "item", formatter: (p) => `${p.name}: ${number(p.value[1])}` } })),
      nameSeries(features(runs[0], w), size, length),
      { name: "flow", type: "line", xAxisIndex: 1, yAxisIndex: 1, showSymbol: false, data: points(runs[0], w, (c) => discharge[c]), lineStyle: { color: WATER, width: 1.6 }, areaStyle: { color: "#d9e8f3" }, itemStyle: { color: WATER } },
    ],
  };
}

// The time slider, where the first run is unsteady.
export function slider() {
  const run = doc.runs[0];
  const times = run.profile.time_s;
  if (run.steady || times.length < 2) return null;
  const words = () => timeText(run, times[state.frame]);
  const output = h("output", {}, words());
  const input = h("input", { type: "range", min: 0, max: times.length - 1, value: state.frame, "aria-label": t("time"), "aria-valuetext": words() });
  let timer = 0;
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = t("play"); };
  const show = (frame) => {
    input.value = frame;
    change({ frame });
    output.textContent = words();
    input.setAttribute("aria-valuetext", words());
  };
  input.addEventListener("input", () => show(Number(input.value)));
  const play = h("button", { type: "button", onclick: () => {
    if (timer) return stop();
    play.textContent = t("stop");
    timer = setInterval(() => (state.frame + 1 < times.length && play.isConnected ? show(state.frame + 1) : stop()), 120);
    if (state.frame + 1 >= times.length) show(0);
  } }, t("play"));
  return h("div", { class: "slider" }, h("label", {}, h("span", {}, t("time")), input), output, play);
}

export function profile(section) {
  const title = () => {
    const run = doc.runs[0];
    const when = run.steady ? "" : `, ${timeText(run, run.profile.time_s[frameOf(run)])}`;
    return t("longitudinal profile of %s along %s", itemName(state.item), way(state.route).name) + when;
  };
  const chart = figure({
    id: "profile", others: (add) => eachOtherItem(() => add(title())), title: title(), option, height: (width) => Math.round(Math.min(Math.max(width * 0.62, 470), 640)),
    caption: t("Bands are the classes of the standard; short bars the limit of each section's target. ● section, ▼ outfall, ▲ tributary, ■ diversion station, ↑ withdrawal; a red diamond misses its target. Below: discharge of the first run."),
  });
  const update = () => {
    chart.retitle(title());
    chart.draw();
  };
  section.append(
    h("div", { class: "controls" },
      itemSelect(),
      doc.network.routes.length > 1 && select(t("route"), doc.network.routes.map((r, i) => [i, r.name]), state.route, (value) => change({ route: Number(value) })),
      slider()),
    chart.element);
  state.listeners.add((values) => ["item", "route", "frame", "safe"].some((key) => key in values) && update());
}
