// Series at the sections of unsteady runs, with the limits of their targets, and the discharge where the water moves.
import { h, select } from "./dom.js";
import { className, constituent, DASHES, doc, eachOtherItem, frameOf, itemName, nClass, number, runName, shown, startOf, state, timeText, unitOf } from "./data.js";
import { ALARM, axis, base, FAINT, INK } from "./charts.js";
import { itemSelect } from "./controls.js";
import { figure } from "./figure.js";
import { t } from "./texts.js";

const FLOW = 120; // px, the discharge below the concentrations
const GAP = 16;

const view = { section: "all" };
const wanted = (line) => view.section === "all" || line.section === Number(view.section);
const moving = () => unsteady().some((run) => run.discharge?.length);
const unsteady = () => doc.runs.filter((run) => run.series?.length);

// Milliseconds of the run's own clock, or hours from its start.
const dated = (run) => !Number.isNaN(startOf(run));
const x = (run, seconds) => (dated(run) ? startOf(run) + seconds * 1000 : seconds / 3600);

function limits(run, name) {
  const c = constituent(name);
  if (!c?.judged || c.sense === "range") return [];
  const classes = [...new Set(run.sections.filter((s, section) => wanted({ section })).map((s) => s.target))].filter((k) => k >= 1 && k <= nClass);
  return classes.map((k) => ({ yAxis: c.limit[k - 1] / c.factor, label: { formatter: t("limit of class %s", className(k)), position: "insideStartTop", color: ALARM }, lineStyle: { color: ALARM, type: [5, 3], width: 1.3 } }));
}

// What the pointer tells where discharges stand below: a row a section, its concentration and its discharge.
function pointed(run, name) {
  return (list) => {
    const text = (s) => s.replace(/[&<>]/g, "");
    const rows = new Map();
    for (const p of [...list].sort((a, b) => a.axisIndex - b.axisIndex)) {
      const value = `${number(p.value[1])} ${p.axisIndex ? "m³/s" : unitOf(name)}`;
      rows.set(p.seriesName, rows.has(p.seriesName) ? `${rows.get(p.seriesName)}, ${value}` : `${p.marker} ${text(p.seriesName)}: ${value}`);
    }
    const at = list[0].value[0];
    return [dated(run) ? timeText(run, (at - startOf(run)) / 1000) : `${number(at)} h`, ...rows.values()].join("<br>");
  };
}

function option() {
  const name = state.item;
  const runs = unsteady();
  const first = runs[0];
  const now = first === doc.runs[0] ? [{ xAxis: x(first, first.profile.time_s[frameOf(first)]), lineStyle: { color: FAINT, type: "dotted", width: 1.2 }, label: { show: false } }] : [];
  let top = 0;
  const look = (run, line) => {
    const r = runs.indexOf(run);
    const color = doc.line_colors[line.section % doc.line_colors.length];
    return {
      name: run.sections[line.section].name + (runs.length > 1 ? ` (${runName(run)})` : ""), type: "line", showSymbol: false,
      lineStyle: { color, width: 1.8, type: DASHES[(runs.length > 1 ? r : line.section) % DASHES.length] }, itemStyle: { color },
    };
  };
  const samples = (run, line, value) => line.time_s.map((time, k) => [x(run, time), value(line.value[k])]);
  const concentrations = runs.flatMap((run, r) => run.series.filter((l) => l.constituent === name && wanted(l)).map((l, i) => {
    for (const value of l.value) top = Math.max(top, value);
    return {
      ...look(run, l), data: samples(run, l, (v) => shown(name, v)),
      markLine: i === 0 && r === 0 ? { silent: true, symbol: "none", animation: false, data: [...limits(run, name), ...now] } : undefined,
    };
  }));
  // Of the same name as the line above, so that the legend shows or hides both.
  const discharges = runs.flatMap((run, r) => (run.discharge ?? []).filter(wanted).map((l, i) => ({
    ...look(run, l), xAxisIndex: 1, yAxisIndex: 1, data: samples(run, l, (v) => v),
    markLine: i === 0 && r === 0 && now.length ? { silent: true, symbol: "none", animation: false, data: now } : undefined,
  })));
  const lines = limits(first, name);
  const high = Math.max(shown(name, top), ...lines.map((l) => l.yAxis)) * 1.08 || 1;
  const time = (more) => axis(dated(first) ? { type: "time", axisLabel: { color: INK, hideOverlap: true, formatter: { year: "{yyyy}-{MM}-{dd}", month: "{yyyy}-{MM}-{dd}", day: "{MM}-{dd}", hour: "{HH}:{mm}", minute: "{HH}:{mm}" } }, ...more } : { type: "value", name: t("hours since the start"), nameLocation: "middle", nameGap: 28, ...more });
  const value = (more) => axis({ type: "value", nameLocation: "middle", nameRotate: 90, nameGap: 44, ...more });
  const both = moving();
  const above = { left: 64, right: 24, top: 40, bottom: both ? 86 + FLOW + GAP : 86 };
  return {
    ...base(),
    grid: both ? [above, { left: 64, right: 24, height: FLOW, bottom: 86 }] : above,
    legend: { type: "scroll", top: 4, itemWidth: 32, itemStyle: { opacity: 0 }, textStyle: { color: INK }, data: concentrations.map((l) => l.name) },
    tooltip: { trigger: "axis", confine: true, ...(both ? { formatter: pointed(first, name) } : { valueFormatter: (v) => `${number(v)} ${unitOf(name)}` }) },
    axisPointer: both ? { link: [{ xAxisIndex: "all" }] } : undefined,
    xAxis: both ? [time({ name: "", axisLabel: { show: false } }), time({ gridIndex: 1 })] : time({}),
    yAxis: [
      value({ min: 0, max: high, name: `${itemName(name)} (${unitOf(name)})`, axisLabel: { color: INK, showMaxLabel: false } }),
      ...(both ? [value({ gridIndex: 1, splitNumber: 3, name: `${t("discharge")} (m³/s)` })] : []),
    ],
    dataZoom: [{ type: "slider", xAxisIndex: both ? [0, 1] : [0], bottom: 10, height: 24, labelFormatter: (v) => (dated(first) ? timeText(first, (v - startOf(first)) / 1000) : number(v)) }],
    series: [...concentrations, ...discharges],
  };
}

export function series(section) {
  const runs = unsteady();
  if (!runs.length) return false;
  const title = () => t("series of %s at the sections", itemName(state.item));
  const chart = figure({ id: "series", others: (add) => eachOtherItem(() => add(title())), title: title(), option, height: (width) => Math.round(Math.min(Math.max(width * 0.45, 340), 460)) + (moving() ? FLOW + GAP : 0), caption: [t("Red dashes are limits of the sections' targets; the dotted line is the time that map and profile show."), moving() && ` ${t("Below: discharge through the sections.")}`] });
  const update = () => {
    chart.retitle(title());
    chart.draw();
  };
  section.append(
    h("div", { class: "controls" },
      itemSelect(),
      select(t("section"), [["all", t("all sections")], ...runs[0].sections.map((s, i) => [i, s.name])], view.section, (value) => { view.section = value; update(); })),
    chart.element);
  state.listeners.add((values) => ["item", "frame"].some((key) => key in values) && update());
  return true;
}
