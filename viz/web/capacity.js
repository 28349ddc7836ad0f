// Permissible loads: closed forms of the stretch above a section beside what the whole network can take; by outfall.
import { h } from "./dom.js";
import { doc, eachOtherItem, itemName, number, reachName, runName, shortName, state } from "./data.js";
import { axis, base, INK, WASTE, WATER } from "./charts.js";
import { itemSelect } from "./controls.js";
import { figure } from "./figure.js";
import { table } from "./table.js";
import { t } from "./texts.js";
import { mark } from "./clauses.js";

const heading = (run, text) => (doc.runs.length > 1 ? `${text} — ${runName(run)}` : text);
const nameOf = (run, index) => (index === null ? "–" : run.sections[index].name);
export const bound = (v) => `${v.at_least ? "≥" : "≤"} ${number(v.allowed)}`;
export const loads = (text, key) => ({ text, unit: "t/a", align: "right", value: (v) => v[key], cell: (v) => (v[key] === null ? "–" : h("span", { class: v[key] < 0 ? "miss" : "" }, number(v[key]))) });

function option(run) {
  const rows = run.analysis.capacity.outfalls.filter((v) => v.constituent === state.item);
  const series = [["now_ta", t("now"), WASTE], ["alone_ta", t("this outfall alone"), "#7fb2d6"], ["same_factor_ta", t("all by the same factor"), WATER], ["largest_total_ta", t("in the largest total"), "#e69f00"]];
  return {
    ...base(),
    grid: { left: 214, right: 60, top: 36, bottom: 46 },
    legend: { top: 0 },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true, valueFormatter: (v) => `${number(v)} t/a` },
    xAxis: axis({ type: "value", name: `${itemName(state.item)} (t/a)`, nameLocation: "middle", nameGap: 28, splitLine: { show: true, lineStyle: { color: "#e6eaee" } } }),
    yAxis: axis({ type: "category", inverse: true, axisLine: { onZero: false, lineStyle: { color: INK } }, data: rows.map((v) => run.analysis.outfalls[v.outfall].name), axisLabel: { color: INK, width: 200, overflow: "truncate", interval: 0 } }),
    series: series.map(([key, name, color]) => ({ name, type: "bar", barMaxWidth: 9, barGap: "10%", color, data: rows.map((v) => v[key]) })),
  };
}

function totals(run, r) {
  return table({
    id: `capacity-total-${r + 1}`, title: heading(run, t("permissible loads of all outfalls together")), rows: run.analysis.capacity.totals,
    columns: [
      { text: t("item"), value: (v) => itemName(v.constituent) }, loads(t("now"), "now_ta"),
      { text: t("largest common factor"), align: "right", value: (v) => v.factor, cell: (v) => h("span", { class: v.factor < 1 ? "miss" : "" }, number(v.factor)) },
      { text: t("section that binds it"), value: (v) => nameOf(run, v.bound_by) },
      loads(t("largest total"), "largest_total_ta"),
      { text: t("can be met"), value: (v) => (v.feasible ? t("yes") : t("no")), cell: (v) => h("span", { class: v.feasible ? "" : "miss" }, v.feasible ? t("yes") : t("no")) },
    ],
    note: t("A factor under 1 asks for a cut; a negative one, or load, means that even no load is too much. Outfalls that reach no section are left out."),
  });
}

function outfalls(run, r) {
  return table({
    id: `capacity-outfall-${r + 1}`, title: heading(run, t("permissible loads by outfall")), rows: run.analysis.capacity.outfalls,
    columns: [
      { text: t("outfall"), value: (v) => run.analysis.outfalls[v.outfall].name }, { text: t("item"), value: (v) => itemName(v.constituent) },
      loads(t("now"), "now_ta"), loads(t("closed form, mixed"), "mixed_ta"), loads(t("this outfall alone"), "alone_ta"),
      { text: t("section that binds it"), value: (v) => nameOf(run, v.bound_by) },
      loads(t("all by the same factor"), "same_factor_ta"), loads(t("in the largest total"), "largest_total_ta"),
    ],
    note: t("Alone: the others stay as they are; these loads cannot be added up. The largest total may give one outfall nothing."),
  });
}

function sections(run, r) {
  const columns = [
      { text: t("section"), value: (v) => nameOf(run, v.section) },
      { text: t("item"), value: (v) => itemName(v.constituent) },
      { text: t("allowed"), unit: "mg/L", align: "right", value: bound },
      { text: t("value"), unit: "mg/L", align: "right", value: (v) => v.value, cell: (v) => h("span", { class: v.attained ? "" : "miss" }, `${number(v.value)}${v.attained ? "" : " ✗"}`) },
      loads(t("now"), "now_ta"), loads(t("mixed"), "mixed_ta"), loads(t("one-dimensional"), "one_dimension_ta"), loads(t("all in the middle"), "middle_ta"), loads(t("spread evenly"), "uniform_ta"), loads(t("network"), "network_ta"),
  ];
  const more = [
      { text: t("stretch"), value: (v) => `${reachName(v.reach)} ${number(v.from_m / 1000)}–${number(v.to_m / 1000)} km` },
      { text: t("at its head"), unit: "mg/L", value: (v) => v.initial }, { text: t("discharge"), unit: "m³/s", value: (v) => v.flow_m3s },
      { text: t("velocity"), unit: "m/s", value: (v) => v.velocity_ms }, { text: t("rate of decay"), unit: "1/d", value: (v) => v.rate_1d },
  ];
  return table({
    id: `capacity-section-${r + 1}`, title: heading(run, t("permissible loads of the stretch above each section")), rows: run.analysis.capacity.sections,
    columns, csv: { columns: [...columns, ...more] },
    note: [t("Mixed to spread evenly: closed forms of GB/T 25173-2010 with one velocity and rate for the stretch. Network: all outfalls of the stretch scaled together, the others as they are; – where the stretch has no load. The CSV adds the stretch with its water."), mark("GB/T 25173-2010", "M+")],
  });
}

export function basis(run) {
  const a = run.analysis;
  return h("p", { class: "note" }, t("Worked out anew from the case that %s holds, by the exact steady solution; margin %s; it differs from the run by at most %s of the largest concentration of an item.", run.path, `${a.margin}${a.margin_clause ? ` (${a.margin_clause})` : ""}`, number(a.difference, 2)), mark(a.margin_clause, a.margin_confidence));
}

export function capacity(section) {
  const runs = doc.runs.map((run, r) => ({ run, r })).filter(({ run }) => run.analysis?.capacity);
  if (!runs.length) return false;
  const title = (run) => heading(run, t("permissible loads of %s by outfall", itemName(state.item)));
  const charts = runs.map(({ run, r }) => figure({
    id: `capacity-${r + 1}`, title: title(run), option: () => option(run), others: (add) => eachOtherItem(() => add(title(run))),
    height: () => 100 + 52 * run.analysis.capacity.outfalls.filter((v) => v.constituent === state.item).length,
  }));
  section.append(h("div", { class: "controls" }, itemSelect()), ...runs.flatMap(({ run, r }, i) => [
    h("ul", {}, run.analysis.capacity.totals.map((v) => h("li", {}, v.factor < 1
      ? t("%s: all loads times %s at most, bound by %s.", shortName(v.constituent), number(Math.max(0, v.factor), 3), nameOf(run, v.bound_by))
      : t("%s: loads may grow by a factor of %s, bound by %s.", shortName(v.constituent), number(v.factor, 3), nameOf(run, v.bound_by))))),
    totals(run, r), charts[i].element, outfalls(run, r), sections(run, r), basis(run)]));
  state.listeners.add((values) => {
    if ("item" in values) charts.forEach((c, i) => { c.retitle(title(runs[i].run)); c.draw(); });
  });
  return true;
}
