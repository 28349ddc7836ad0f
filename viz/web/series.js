// Series at the sections of unsteady runs, with the limits of their targets.
import { h, select } from "./dom.js";
import { className, constituent, DASHES, doc, eachOtherItem, frameOf, itemName, nClass, number, runName, shown, startOf, state, timeText, unitOf } from "./data.js";
import { ALARM, axis, base, FAINT, INK } from "./charts.js";
import { itemSelect } from "./controls.js";
import { figure } from "./figure.js";
import { t } from "./texts.js";

const view = { section: "all" };
const unsteady = () => doc.runs.filter((run) => run.series?.length);

// Milliseconds of the run's own clock, or hours from its start.
const dated = (run) => !Number.isNaN(startOf(run));
const x = (run, seconds) => (dated(run) ? startOf(run) + seconds * 1000 : seconds / 3600);

function limits(run, name) {
  const c = constituent(name);
  if (!c?.judged || c.sense === "range") return [];
  const classes = [...new Set(run.sections.filter((s, i) => view.section === "all" || i === Number(view.section)).map((s) => s.target))].filter((k) => k >= 1 && k <= nClass);
  return classes.map((k) => ({ yAxis: c.limit[k - 1] / c.factor, label: { formatter: t("limit of class %s", className(k)), position: "insideStartTop", color: ALARM }, lineStyle: { color: ALARM, type: [5, 3], width: 1.3 } }));
}

function option() {
  const name = state.item;
  const runs = unsteady();
  const first = runs[0];
  const now = first === doc.runs[0] ? [{ xAxis: x(first, first.profile.time_s[frameOf(first)]), lineStyle: { color: FAINT, type: "dotted", width: 1.2 }, label: { show: false } }] : [];
  let top = 0;
  const series = runs.flatMap((run, r) => run.series.filter((l) => l.constituent === name && (view.section === "all" || l.section === Number(view.section))).map((l, i) => {
    for (const value of l.value) top = Math.max(top, value);
    const color = doc.line_colors[l.section % doc.line_colors.length];
    const label = run.sections[l.section].name + (runs.length > 1 ? ` (${runName(run)})` : "");
    return {
      name: label, type: "line", showSymbol: false, data: l.time_s.map((time, k) => [x(run, time), shown(name, l.value[k])]),
      lineStyle: { color, width: 1.8, type: DASHES[(runs.length > 1 ? r : l.section) % DASHES.length] }, itemStyle: { color },
      markLine: i === 0 && r === 0 ? { silent: true, symbol: "none", animation: false, data: [...limits(run, name), ...now] } : undefined,
    };
  }));
  const lines = limits(first, name);
  const high = Math.max(shown(name, top), ...lines.map((l) => l.yAxis)) * 1.08 || 1;
  return {
    ...base(),
    grid: { left: 64, right: 24, top: 40, bottom: 86 },
    legend: { type: "scroll", top: 4, itemWidth: 32, itemStyle: { opacity: 0 }, textStyle: { color: INK } },
    tooltip: { trigger: "axis", confine: true, valueFormatter: (v) => `${number(v)} ${unitOf(name)}` },
    xAxis: axis(dated(first) ? { type: "time", axisLabel: { color: INK, hideOverlap: true, formatter: { year: "{yyyy}-{MM}-{dd}", month: "{yyyy}-{MM}-{dd}", day: "{MM}-{dd}", hour: "{HH}:{mm}", minute: "{HH}:{mm}" } } } : { type: "value", name: t("hours since the start"), nameLocation: "middle", nameGap: 28 }),
    yAxis: axis({ type: "value", min: 0, max: high, name: `${itemName(name)} (${unitOf(name)})`, nameLocation: "middle", nameRotate: 90, nameGap: 44, axisLabel: { color: INK, showMaxLabel: false } }),
    dataZoom: [{ type: "slider", bottom: 10, height: 24, labelFormatter: (value) => (dated(first) ? timeText(first, (value - startOf(first)) / 1000) : number(value)) }],
    series,
  };
}

export function series(section) {
  const runs = unsteady();
  if (!runs.length) return false;
  const title = () => t("series of %s at the sections", itemName(state.item));
  const chart = figure({ id: "series", others: (add) => eachOtherItem(() => add(title())), title: title(), option, height: (width) => Math.round(Math.min(Math.max(width * 0.45, 340), 460)), caption: t("Red dashes are limits of the sections' targets; the dotted line is the time that map and profile show.") });
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
