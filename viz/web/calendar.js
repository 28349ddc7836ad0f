// The attainment calendar: class of each day's mean, section by section, of runs of several days.
import { classColor, className, classOf, constituent, doc, itemName, nClass, number, runName, shown, startOf, state, unitOf } from "./data.js";
import { axis, base, INK } from "./charts.js";
import { itemSelect } from "./controls.js";
import { h } from "./dom.js";
import { figure } from "./figure.js";
import { t } from "./texts.js";

function dayName(run, seconds, index) {
  const start = startOf(run);
  return Number.isNaN(start) ? t("day %s", index + 1) : new Date(start + seconds * 1000).toISOString().slice(0, 10);
}

function option(run) {
  const name = state.item;
  const days = run.daily.filter((d) => d.constituent === name);
  const data = days.flatMap((d) => d.mean.map((mean, i) => {
    const water = classOf(constituent(name), mean);
    const missed = water > run.sections[d.section].target;
    return { value: [i, d.section, water], mean, label: { show: d.mean.length <= 45, formatter: className(water) + (missed ? "✗" : ""), color: classColor(water).ink, fontSize: 10 } };
  }));
  return {
    ...base(),
    grid: { left: 130, right: 20, top: 8, bottom: 62 },
    tooltip: { confine: true, formatter: (p) => `${dayName(run, days[0].from_s + p.value[0] * 86400, p.value[0])}: ${number(shown(name, p.data.mean))} ${unitOf(name)} ${className(p.value[2])}` },
    xAxis: axis({ type: "category", data: (days[0]?.mean ?? []).map((_, i) => dayName(run, days[0].from_s + i * 86400, i)) }),
    yAxis: axis({ type: "category", inverse: true, data: run.sections.map((s) => s.name), axisLabel: { color: INK, width: 118, overflow: "truncate" } }),
    visualMap: {
      type: "piecewise", orient: "horizontal", bottom: 0, left: "center", dimension: 2, itemWidth: 18,
      pieces: Array.from({ length: nClass + 1 }, (_, k) => ({ value: k + 1, label: className(k + 1), color: classColor(k + 1).strong })),
    },
    series: [{ type: "heatmap", data, itemStyle: { borderColor: "#ffffff", borderWidth: 1 } }],
  };
}

export function calendar(section) {
  const runs = doc.runs.filter((run) => run.daily?.some((d) => d.mean.length > 1 && constituent(d.constituent)?.judged));
  if (!runs.length) return false;
  section.append(h("div", { class: "controls" }, itemSelect()));
  runs.forEach((run, i) => {
    const title = () => t("attainment calendar of %s, daily means", itemName(state.item)) + (doc.runs.length > 1 ? ` — ${runName(run)}` : "");
    const chart = figure({ id: `calendar-${i + 1}`, title: title(), option: () => option(run), height: () => 92 + 26 * run.sections.length, caption: t("✗: the day's mean is worse than the section's target. Complete days only.") });
    section.append(chart.element);
    state.listeners.add((values) => {
      if (!("item" in values) && !("safe" in values)) return;
      chart.retitle(title());
      chart.draw();
    });
  });
  return true;
}
