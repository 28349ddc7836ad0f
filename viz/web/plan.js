// The plan of cuts by which every section attains: what each outfall gives up, which sections bind, what they cost.
import { h } from "./dom.js";
import { doc, itemName, number, percent, runName, shortName } from "./data.js";
import { axis, base, INK, WASTE, WATER } from "./charts.js";
import { basis, bound, loads } from "./capacity.js";
import { figure } from "./figure.js";
import { table } from "./table.js";
import { isChinese, t } from "./texts.js";

const heading = (run, text) => (doc.runs.length > 1 ? `${text} — ${runName(run)}` : text);
const sectionOf = (run, v) => run.sections[v.section].name;
const outfallOf = (run, v) => run.analysis.outfalls[v.outfall].name;
const level = (v) => (v.level_standard ? `${v.level_standard} ${isChinese() ? v.level_zh : v.level}` : "–");
const cutsOf = (run) => run.analysis.plan.loads.filter((v) => v.after_ta < v.before_ta);

function objective(name) {
  switch (name) {
    case "least-cost": return t("least cost");
    case "equal-percent": return t("the same percentage for all outfalls of a section");
    case "equal-concentration": return t("the same concentration for all outfalls of a section");
    default: return t("the fewest tonnes");
  }
}

function option(run) {
  const rows = cutsOf(run);
  return {
    ...base(),
    grid: { left: 260, right: 90, top: 34, bottom: 46 },
    legend: { top: 0 },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true, valueFormatter: (v) => `${number(v)} %` },
    xAxis: axis({ type: "value", max: 100, name: t("percent of the load now"), nameLocation: "middle", nameGap: 28 }),
    yAxis: axis({ type: "category", inverse: true, data: rows.map((v) => `${outfallOf(run, v)}  ${shortName(v.constituent)}`), axisLabel: { color: INK, width: 246, overflow: "truncate", interval: 0 } }),
    series: [
      { name: t("kept"), type: "bar", stack: "load", barMaxWidth: 18, color: WATER, data: rows.map((v) => (100 * v.after_ta) / v.before_ta) },
      { name: t("cut"), type: "bar", stack: "load", color: WASTE, itemStyle: { decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4, color: "rgba(255,255,255,0.55)" } },
        data: rows.map((v) => 100 - (100 * v.after_ta) / v.before_ta), label: { show: true, position: "right", color: INK, formatter: (p) => `−${number(rows[p.dataIndex].before_ta - rows[p.dataIndex].after_ta, 3)} t/a` } },
    ],
  };
}

function cuts(run, r) {
  return table({
    id: `plan-cuts-${r + 1}`, title: heading(run, t("cuts by outfall")), rows: cutsOf(run), csv: { rows: run.analysis.plan.loads },
    columns: [
      { text: t("outfall"), value: (v) => outfallOf(run, v) }, { text: t("item"), value: (v) => itemName(v.constituent) },
      loads(t("now"), "before_ta"), loads(t("plan"), "after_ta"),
      { text: t("cut"), unit: "t/a", align: "right", value: (v) => v.before_ta - v.after_ta },
      { text: t("cut"), unit: "%", align: "right", value: (v) => (v.before_ta ? 100 * (1 - v.after_ta / v.before_ta) : 0), cell: (v) => (100 * (1 - v.after_ta / v.before_ta)).toFixed(1) },
      { text: t("allowed concentration"), unit: "mg/L", align: "right", value: (v) => v.concentration },
      { text: t("upgrade"), value: level },
    ],
  });
}

function limits(run, r) {
  const { plan } = run.analysis;
  const unit = plan.objective === "least-cost" ? t("cost a mg/L") : "(t/a)/(mg/L)";
  return table({
    id: `plan-limits-${r + 1}`, title: heading(run, t("sections under the plan, by a full run")), rows: plan.limits,
    columns: [
      { text: t("section"), value: (v) => sectionOf(run, v) }, { text: t("item"), value: (v) => itemName(v.constituent) },
      { text: t("allowed"), unit: "mg/L", align: "right", value: bound }, { text: t("now"), unit: "mg/L", align: "right", value: (v) => v.before },
      { text: t("plan"), unit: "mg/L", align: "right", value: (v) => v.after },
      { text: t("attained"), value: (v) => (v.attained ? t("yes") : t("no")), cell: (v) => h("span", { class: v.attained ? "" : "miss" }, v.attained ? t("yes") : t("no")) },
      { text: t("binds"), value: (v) => (v.binds ? t("binds") : v.reached ? "–" : t("no outfall reaches it")) },
      { text: t("price"), unit, align: "right", value: (v) => (v.price > 0 ? v.price : null) },
      { text: t("short by"), unit: "mg/L", align: "right", value: (v) => v.short_by },
    ],
    note: t("Price: by how much the plan would be smaller if the limit of this section were laxer by 1 mg/L."),
  });
}

function summary(run) {
  const { plan } = run.analysis;
  const list = [];
  if (!plan.feasible) list.push(t("There is no plan: not even the largest cuts attain every target."));
  else if (!cutsOf(run).length) list.push(t("Nothing is to be cut."));
  for (const name of run.constituents) {
    const own = plan.loads.filter((v) => v.constituent === name);
    const before = own.reduce((sum, v) => sum + v.before_ta, 0), cut = own.reduce((sum, v) => sum + v.before_ta - v.after_ta, 0);
    if (cut > 0) list.push(t("%s: %s of %s t/a are cut (%s).", shortName(name), number(cut), number(before), percent(cut / before)));
  }
  if (plan.cost !== null) list.push(t("Cost: %s a year.", number(plan.cost)));
  for (const v of plan.limits) if (v.short_by) list.push(t("%s, %s: still off by %s mg/L.", sectionOf(run, v), shortName(v.constituent), number(v.short_by)));
  const good = plan.feasible && plan.attained;
  return h("div", { class: `verdict ${good ? "good" : "bad"}` },
    h("h3", {}, good ? t("the full run of the plan attains every target") : t("targets stay missed")),
    h("p", { class: "note" }, heading(run, t("objective: %s", objective(plan.objective)))), h("ul", { class: "missed" }, list.map((text) => h("li", {}, text))));
}

export function plan(section) {
  const runs = doc.runs.map((run, r) => ({ run, r })).filter(({ run }) => run.analysis?.plan);
  section.append(...runs.flatMap(({ run, r }) => {
    const parts = [summary(run)];
    if (cutsOf(run).length) parts.push(
      figure({ id: `plan-${r + 1}`, title: heading(run, t("what the outfalls give up")), option: () => option(run), height: () => 90 + 26 * cutsOf(run).length }).element, cuts(run, r));
    return [...parts, limits(run, r), basis(run)];
  }));
  return runs.length > 0;
}
