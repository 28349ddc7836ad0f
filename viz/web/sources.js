// All that enters the network, with its loads; and which of it matters most.
import { h } from "./dom.js";
import { doc, eachOtherItem, itemName, kindName, number, percent, reachName, runColor, runName, state, tonsAYear } from "./data.js";
import { axis, base, FAINT, INK, WASTE, WATER } from "./charts.js";
import { itemSelect } from "./controls.js";
import { figure } from "./figure.js";
import { table } from "./table.js";
import { t } from "./texts.js";

const MOST = 20; // bars
const COLOR = { outfall: WASTE, tributary: WATER, headwater: "#7fb2d6", lateral: "#b7a36a" };
const SIGN = { outfall: "▼", tributary: "▲", headwater: "◆", lateral: "≈" };

const indexOf = (run, name) => run.constituents.indexOf(name);
const load = (run, s, name) => s.load_gs[indexOf(run, name)] ?? 0;

function ranked(name) {
  const run = doc.runs[0];
  return run.sources.map((s, i) => ({ s, i })).filter(({ s }) => load(run, s, name) > 0).sort((a, b) => load(run, b.s, name) - load(run, a.s, name));
}

// The same source in another run, by its code or name.
const twin = (run, s) => run.sources.find((o) => o.kind === s.kind && (s.code ? o.code === s.code : o.name === s.name));

function option() {
  const name = state.item;
  const all = ranked(name);
  const list = all.slice(0, MOST);
  const total = all.reduce((sum, { s }) => sum + load(doc.runs[0], s, name), 0);
  const runs = doc.runs.filter((run) => indexOf(run, name) >= 0);
  return {
    ...base(),
    grid: { left: 214, right: 110, top: runs.length > 1 ? 34 : 10, bottom: 46 },
    legend: runs.length > 1 ? { top: 0 } : undefined,
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true, valueFormatter: (v) => `${number(v)} g/s` },
    xAxis: axis({ type: "value", name: `${itemName(name)} (g/s)`, nameLocation: "middle", nameGap: 28, splitLine: { show: true, lineStyle: { color: "#e6eaee" } } }),
    yAxis: axis({ type: "category", inverse: true, data: list.map(({ s }) => `${SIGN[s.kind]} ${s.name}`), axisLabel: { color: INK, width: 200, overflow: "truncate", interval: 0 } }),
    series: runs.map((run, r) => ({
      name: runName(run), type: "bar", barMaxWidth: 16,
      itemStyle: r ? { color: runColor(doc.runs.indexOf(run)), decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: Math.PI / 4, color: "rgba(255,255,255,0.55)" } } : undefined,
      data: list.map(({ s }) => {
        const same = run === doc.runs[0] ? s : twin(run, s);
        return { value: same ? load(run, same, name) : 0, itemStyle: r || runs.length > 1 ? undefined : { color: COLOR[s.kind] } };
      }),
      color: runs.length > 1 && r === 0 ? runColor(0) : undefined,
      label: { show: r === 0, position: "right", color: FAINT, formatter: (p) => (runs.length > 1 ? number(p.value, 3) : `${number(p.value, 3)}  ${percent(p.value / total)}`) },
    })),
  };
}

function place(s) {
  if (s.reach === null) return s.node !== null ? doc.network.nodes[s.node].name : "–";
  const from = number(s.chainage_m / 1000);
  return `${reachName(s.reach)} ${s.end_chainage_m !== null ? `${from}–${number(s.end_chainage_m / 1000)}` : from} km`;
}

function listing(run, r) {
  const total = Object.fromEntries(run.constituents.map((name) => [name, run.sources.reduce((sum, s) => sum + load(run, s, name), 0)]));
  const chunks = [];
  for (let i = 0; i < run.constituents.length; i += 2) chunks.push(run.constituents.slice(i, i + 2));
  const common = [
    { text: t("source"), value: (s) => s.name, cell: (s) => [h("span", { class: "sign", role: "img", "aria-label": kindName(s.kind), title: kindName(s.kind) }, SIGN[s.kind]), ` ${s.name}`] },
    { text: t("where it enters"), align: "nowrap", value: place },
    { text: t("discharge"), unit: "m³/s", align: "right", value: (s) => s.flow_m3s },
  ];
  const of = (name) => {
    const k = indexOf(run, name);
    return [
      { text: `${name}`, unit: "mg/L", align: "right", value: (s) => s.concentration[k], cell: (s) => {
        const over = s.limit[k] !== null && s.concentration[k] !== null && s.concentration[k] > s.limit[k] * (1 + 1e-9);
        return h("span", { class: over ? "miss" : "", title: s.limit[k] === null ? null : t("permitted: %s mg/L", number(s.limit[k])) }, number(s.concentration[k]), over ? " ✗" : "");
      } },
      { text: name, unit: "g/s", align: "right", value: (s) => s.load_gs[k] },
      { text: name, unit: "t/a", align: "right", value: (s) => tonsAYear(s.load_gs[k]) },
      { text: name, unit: "%", align: "right", value: (s) => (total[name] ? (100 * s.load_gs[k]) / total[name] : 0), cell: (s) => (total[name] ? ((100 * s.load_gs[k]) / total[name]).toFixed(1) : "–") },
    ];
  };
  const register = [
    { text: t("code"), value: (s) => s.code }, { text: t("category"), value: (s) => s.category }, { text: t("district"), value: (s) => s.district },
    { text: t("responsible body"), value: (s) => s.body }, { text: t("permit"), value: (s) => s.permit }, { text: t("standard it is held to"), value: (s) => s.standard },
    ...run.constituents.map((name, k) => ({ text: t("permitted %s", name), unit: "mg/L", value: (s) => s.limit[k] })),
  ];
  return chunks.map((names, i) => table({
    id: `sources-${r + 1}${i ? `-${i + 1}` : ""}`,
    title: t("sources: flow, concentration, load and share of all loads") + (doc.runs.length > 1 ? ` — ${runName(run)}` : ""),
    columns: [...common, ...names.flatMap(of)],
    rows: run.sources,
    csv: { columns: [{ text: t("kind"), value: (s) => kindName(s.kind) }, ...common, ...run.constituents.flatMap(of), ...register] },
    note: t("◆ headwater, ▲ tributary, ▼ outfall, ≈ distributed inflow.") + " " + t("t/a: this load through a year of 365 days. ✗: above the permitted concentration. The CSV adds code, permit and limits."),
  }));
}

export function sources(section) {
  if (!doc.runs.some((run) => run.sources.length)) return false;
  const title = () => t("loads of %s by source", itemName(state.item));
  const bars = () => Math.min(ranked(state.item).length, MOST);
  const chart = figure({
    id: "loads", others: (add) => eachOtherItem(() => add(title())), title: title(), option, height: (width) => 70 + bars() * (doc.runs.length > 1 ? 12 + 11 * Math.min(doc.runs.length, 4) : width < 700 ? 17 : 24),
    caption: `${t("◆ headwater, ▲ tributary, ▼ outfall, ≈ distributed inflow.")} ${t("At most the %s largest.", MOST)}`,
  });
  section.append(h("div", { class: "controls" }, itemSelect()), chart.element, ...doc.runs.flatMap((run, r) => listing(run, r)));
  state.listeners.add((values) => {
    if (!("item" in values)) return;
    chart.retitle(title());
    chart.draw();
  });
  return true;
}
