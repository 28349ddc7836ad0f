// Reservoirs of runs whose flow changes in time: levels and releases by day, and the balance of their water.
import { doc, number, reachName, runName, startOf } from "./data.js";
import { ALARM, axis, base, FAINT, INK, WATER } from "./charts.js";
import { figure } from "./figure.js";
import { table } from "./table.js";
import { t } from "./texts.js";

const DAY = 86400000; // ms
const FLOW = 130; // px, discharges below the levels
const GAP = 18;

const heading = (run, text) => (doc.runs.length > 1 ? `${text} — ${runName(run)}` : text);
const dated = (run) => !Number.isNaN(startOf(run));
const dayText = (run, day) => (dated(run) ? new Date(startOf(run) + day * DAY).toISOString().slice(0, 10) : t("day %s", day + 1));
const at = (run, day) => (dated(run) ? startOf(run) + (day + 1) * DAY : day + 1); // its end

function limits(r) {
  const line = (level, text) => (level === null ? [] : [{ yAxis: level, label: { formatter: `${text} ${number(level, 5)} m`, position: "insideStartTop", color: ALARM }, lineStyle: { color: ALARM, type: [6, 4], width: 1.3 } }]);
  return [...line(r.dead_level_m, t("dead level")), ...line(r.minimum_level_m, t("station's minimum level"))];
}

function option(run, r) {
  const points = (values) => values.map((v, day) => [at(run, day), v]);
  const line = (name, values, color, more) => ({ name, type: "line", showSymbol: false, data: points(values), lineStyle: { color, width: 1.7, ...more?.lineStyle }, itemStyle: { color }, ...more?.series });
  const marks = limits(r);
  const levels = [...r.daily.level_m, ...r.daily.lowest_level_m, ...marks.map((m) => m.yAxis)];
  const low = Math.min(...levels), high = Math.max(...levels), margin = Math.max(0.08 * (high - low), 0.05);
  const below = { series: { xAxisIndex: 1, yAxisIndex: 1 } };
  const time = (more) => axis(dated(run) ? { type: "time", axisLabel: { color: INK, hideOverlap: true, formatter: { year: "{yyyy}-{MM}-{dd}", month: "{yyyy}-{MM}-{dd}", day: "{MM}-{dd}" } }, ...more } : { type: "value", name: t("days since the start"), nameLocation: "middle", nameGap: 28, ...more });
  const value = (more) => axis({ type: "value", nameLocation: "middle", nameRotate: 90, nameGap: 48, ...more });
  return {
    ...base(),
    grid: [{ left: 70, right: 24, top: 40, bottom: 50 + FLOW + GAP }, { left: 70, right: 24, height: FLOW, bottom: 50 }],
    legend: { top: 4, itemWidth: 30, textStyle: { color: INK } },
    tooltip: { trigger: "axis", confine: true, valueFormatter: (v) => number(v, 5) },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: [time({ name: "", axisLabel: { show: false } }), time({ gridIndex: 1 })],
    yAxis: [
      value({ min: low - margin, max: high + margin, name: `${t("level")} (m)`, axisLabel: { color: INK, showMinLabel: false, showMaxLabel: false, formatter: (v) => number(v, 5) } }),
      value({ gridIndex: 1, splitNumber: 3, name: `${t("discharge")} (m³/s)` }),
    ],
    series: [
      { ...line(t("level at the end of the day"), r.daily.level_m, INK), markLine: marks.length ? { silent: true, symbol: "none", animation: false, data: marks } : undefined },
      line(t("lowest level of the day"), r.daily.lowest_level_m, FAINT, { lineStyle: { type: [3, 3], width: 1.2 } }),
      line(t("inflow"), r.daily.inflow_m3s, "#7fb0d6", below),
      line(t("released"), r.daily.released_m3s, WATER, { lineStyle: { type: [7, 4] }, ...below }),
    ],
  };
}

function levels(run, index) {
  return table({
    id: `reservoirs-${index + 1}`,
    title: heading(run, t("levels of the reservoirs")),
    columns: [
      { text: t("reservoir"), value: (r) => r.name },
      { text: t("reach"), value: (r) => `${reachName(r.reach)} ${number(r.chainage_m / 1000)} km` },
      { text: t("lowest"), unit: "m", align: "right", value: (r) => r.lowest_level_m, cell: (r) => `${number(r.lowest_level_m, 5)} (${dayText(run, r.lowest_level_day)})` },
      { text: t("highest"), unit: "m", align: "right", value: (r) => r.highest_level_m, cell: (r) => `${number(r.highest_level_m, 5)} (${dayText(run, r.highest_level_day)})` },
      { text: t("days at the dead level"), align: "right", value: (r) => r.days_at_dead_level },
      { text: t("days below the station's minimum level"), align: "right", value: (r) => r.days_below_minimum_level },
      { text: t("ecological flow, days kept"), align: "right", value: (r) => r.days_kept, cell: (r) => `${r.days_kept}/${r.days}` },
    ],
    rows: run.reservoirs,
  });
}

function balance(run, index) {
  return table({
    id: `balance-${index + 1}`,
    title: heading(run, t("balance of the reservoirs' water over whole days")),
    columns: [
      { text: t("reservoir"), value: (r) => r.name },
      ...[[t("at the start"), "start_volume_m3"], [t("inflow"), "inflow_m3"], [t("released"), "released_m3"], [t("of it spilled"), "spilled_m3"], [t("station"), "diverted_m3"], [t("taken"), "taken_m3"], [t("at the end"), "end_volume_m3"]]
        .map(([text, key]) => ({ text, unit: "m³", align: "right", value: (r) => r[key] })),
      { text: t("residual"), unit: "m³", align: "right", value: (r) => r.residual_m3, cell: (r) => r.residual_m3.toExponential(0) },
    ],
    rows: run.reservoirs,
  });
}

export function reservoirs(section) {
  let any = false;
  doc.runs.forEach((run, index) => {
    if (!(run.reservoirs || []).length) return;
    any = true;
    run.reservoirs.forEach((r, i) => section.append(figure({
      id: `reservoir-${index + 1}-${i + 1}`,
      title: heading(run, t("levels and releases of %s", r.name)),
      option: () => option(run, r),
      height: () => 300 + FLOW + GAP,
      caption: t("Above: the level by day; below: what arrives and what goes on into the river, means of the day."),
    }).element));
    section.append(levels(run, index), balance(run, index));
  });
  return any;
}
