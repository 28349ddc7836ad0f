// Ecological flow below diversion stations, and what withdrawals get.
import { h } from "./dom.js";
import { doc, number, reachName, runName } from "./data.js";
import { ALARM, axis, base, INK, WATER } from "./charts.js";
import { figure } from "./figure.js";
import { table } from "./table.js";
import { t, translated } from "./texts.js";
import { mark } from "./clauses.js";

const heading = (run, text) => (doc.runs.length > 1 ? `${text} — ${runName(run)}` : text);
const km = (metres) => `${number(metres / 1000)} km`;

function option(run) {
  const list = run.stations;
  const target = {
    type: "custom", name: t("ecological flow"), z: 5, itemStyle: { color: INK }, data: list.map((s, i) => [i, s.target_m3s]),
    renderItem: (params, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      return { type: "line", shape: { x1: x - 34, x2: x + 34, y1: y, y2: y }, style: { stroke: INK, lineWidth: 3 } };
    },
  };
  return {
    ...base(),
    grid: { left: 60, right: 20, top: 36, bottom: 30 },
    legend: { top: 2 },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true },
    xAxis: axis({ type: "category", data: list.map((s) => s.name), axisLabel: { color: INK, interval: 0, width: 130, overflow: "truncate" } }),
    yAxis: axis({ type: "value", name: `${t("discharge")} (m³/s)`, nameLocation: "middle", nameRotate: 90, nameGap: 40 }),
    series: [
      { name: t("arriving"), type: "bar", barMaxWidth: 26, color: "#b9d2e6", data: list.map((s) => s.arriving_m3s) },
      { name: t("released"), type: "bar", barMaxWidth: 26, color: WATER, data: list.map((s) => ({ value: s.released_m3s, itemStyle: s.met ? undefined : { color: ALARM } })), label: { show: true, position: "top", color: INK, formatter: (p) => `${number(p.value, 3)} ${list[p.dataIndex].met ? "✓" : "✗"}` } },
      target,
    ],
  };
}

// Columns of runs with moving water: how each was served, day by day.
const days = (rows) => (rows.some((x) => x.days !== undefined) ? [
  { text: t("days kept"), align: "right", value: (x) => x.days_kept, cell: (x) => `${x.days_kept}/${x.days}` },
  { text: t("missing, m3"), align: "right", value: (x) => x.missing_m3 },
  { text: t("longest run short, days"), align: "right", value: (x) => x.longest_run_short_days },
] : []);

function stations(run, r) {
  if (!run.stations.length) return [];
  const chart = figure({ id: `ecoflow-${r + 1}`, title: heading(run, t("ecological flow below diversion stations")), option: () => option(run), height: () => 300, caption: t("The dark bar is the ecological flow that the rule asks for; ✗ and red: less is released.") });
  return [chart.element, table({
    id: `ecoflow-${r + 1}`,
    title: heading(run, t("ecological flow below diversion stations")),
    columns: [
      { text: t("station"), value: (s) => s.name },
      { text: t("reach"), value: (s) => `${reachName(s.reach)} ${km(s.chainage_m)}` },
      { text: t("capacity"), unit: "m³/s", align: "right", value: (s) => s.capacity_m3s },
      { text: t("arriving"), unit: "m³/s", align: "right", value: (s) => s.arriving_m3s },
      { text: t("ecological flow"), unit: "m³/s", align: "right", value: (s) => s.target_m3s },
      { text: t("released"), unit: "m³/s", align: "right", value: (s) => s.released_m3s },
      { text: t("diverted"), unit: "m³/s", align: "right", value: (s) => s.diverted_m3s },
      { text: t("deficit"), unit: "m³/s", align: "right", value: (s) => s.deficit_m3s },
      { text: t("met"), value: (s) => (s.met ? t("yes") : t("no")), cell: (s) => h("span", { class: s.met ? "" : "miss" }, s.met ? t("yes") : t("no")) },
      ...days(run.stations),
      { text: t("rule"), value: (s) => translated(s.rule), cell: (s) => [translated(s.rule), mark(s.clause, s.confidence)] },
    ],
    rows: run.stations,
  })];
}

function withdrawals(run, r) {
  if (!run.withdrawals.length) return [];
  return [table({
    id: `withdrawals-${r + 1}`,
    title: heading(run, t("withdrawals")),
    columns: [
      { text: t("withdrawal"), value: (w) => w.name },
      { text: t("code"), value: (w) => w.code },
      { text: t("reach"), value: (w) => `${reachName(w.reach)} ${km(w.chainage_m)}` },
      ...(run.withdrawals.some((w) => w.priority !== undefined) ? [{ text: t("priority"), align: "right", value: (w) => w.priority }] : []),
      { text: t("asked"), unit: "m³/s", align: "right", value: (w) => w.asked_m3s },
      { text: t("taken"), unit: "m³/s", align: "right", value: (w) => w.taken_m3s },
      { text: t("deficit"), unit: "m³/s", align: "right", value: (w) => w.deficit_m3s },
      { text: t("met"), value: (w) => (w.met ? t("yes") : t("no")), cell: (w) => h("span", { class: w.met ? "" : "miss" }, w.met ? t("yes") : t("no")) },
      ...days(run.withdrawals),
    ],
    rows: run.withdrawals,
  })];
}

// Months of a station in which the same of its rules asks for the same.
function spans(station) {
  const rows = [];
  for (const m of station.by_month || []) {
    const last = rows[rows.length - 1];
    if (last && last.rule === m.rule && last.target_m3s === m.target_m3s) last.to = m.month;
    else rows.push({ ...m, station: station.name, from: m.month, to: m.month });
  }
  return rows;
}

function bindingRules(run, r) {
  const rows = run.stations.flatMap(spans);
  if (!rows.length) return [];
  return [table({
    id: `ecoflow-rules-${r + 1}`,
    title: heading(run, t("which of several rules sets the ecological flow")),
    columns: [
      { text: t("station"), value: (x) => x.station },
      { text: t("months"), value: (x) => (x.from === x.to ? `${x.from}` : `${x.from}–${x.to}`) },
      { text: t("ecological flow"), unit: "m³/s", align: "right", value: (x) => x.target_m3s },
      { text: t("rule"), value: (x) => translated(x.rule), cell: (x) => [translated(x.rule), mark(x.clause, x.confidence)] },
    ],
    rows,
  })];
}

function transfers(run, r) {
  if (!(run.transfers || []).length) return [];
  return [table({
    id: `transfers-${r + 1}`,
    title: heading(run, t("transfers")),
    columns: [
      { text: t("transfer"), value: (x) => x.name },
      { text: t("code"), value: (x) => x.code },
      { text: t("from"), value: (x) => `${reachName(x.reach)} ${km(x.chainage_m)}` },
      { text: t("to"), value: (x) => `${reachName(x.to_reach)} ${km(x.to_chainage_m)}` },
      { text: t("capacity"), unit: "m³/s", align: "right", value: (x) => x.capacity_m3s },
      { text: t("asked"), unit: "m³/s", align: "right", value: (x) => x.asked_m3s },
      { text: t("taken"), unit: "m³/s", align: "right", value: (x) => x.taken_m3s },
      { text: t("deficit"), unit: "m³/s", align: "right", value: (x) => x.deficit_m3s },
      ...(run.transfers.some((x) => x.days !== undefined) ? [
        { text: t("moved, m3"), align: "right", value: (x) => x.moved_m3 },
        { text: t("days as wanted"), align: "right", value: (x) => x.days_as_wanted, cell: (x) => `${x.days_as_wanted}/${x.days}` },
        { text: t("less by a rule"), align: "right", value: (x) => x.days_less_by_rule },
        { text: t("river short"), align: "right", value: (x) => x.days_less_by_source },
        { text: t("at the dead level"), align: "right", value: (x) => x.days_less_by_level },
      ] : []),
    ],
    rows: run.transfers,
  })];
}

export function ecoflow(section) {
  const parts = doc.runs.flatMap((run, r) => [...stations(run, r), ...bindingRules(run, r), ...withdrawals(run, r), ...transfers(run, r)]);
  section.append(...parts);
  return parts.length > 0;
}
