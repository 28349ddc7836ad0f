// Who brings how much of what stands at each control section: stacked bars, counted together as the reader chooses.
import { h, select } from "./dom.js";
import { doc, eachOtherItem, itemName, number, percent, runName, shortName, state, tonsAYear } from "./data.js";
import { axis, base, INK } from "./charts.js";
import { itemSelect } from "./controls.js";
import { figure } from "./figure.js";
import { table } from "./table.js";
import { t, translated } from "./texts.js";

const MOST = 8; // groups with a colour of their own
const REST = "#8a94a0";
let by = "source";

const heading = (run, text) => (doc.runs.length > 1 ? `${text} — ${runName(run)}` : text);
const own = (name) => name || t("(not given)");

function groupOf(s) {
  if (by === "source") return s.name || translated(s.kind);
  if (by === "kind" || !s.outfall) return translated(s.kind);
  return own(s[by]);
}

// The item's bars: groups in the order of their largest share anywhere, of which only the first have a colour.
function groups(run, name) {
  const { trace } = run.analysis;
  const items = trace.items.filter((item) => item.constituent === name);
  const sums = items.map((item) => {
    const sum = new Map();
    item.source.forEach((s, i) => {
      const key = groupOf(trace.sources[s]);
      sum.set(key, (sum.get(key) ?? 0) + item.contribution[i]);
    });
    return sum;
  });
  const weight = new Map();
  sums.forEach((sum, i) => sum.forEach((value, key) => {
    weight.set(key, Math.max(weight.get(key) ?? 0, Math.abs(value / (items[i].value || 1))));
  }));
  const order = [...weight].sort((a, b) => b[1] - a[1]).map(([key]) => key);
  return { items, sums, order };
}

// Colours alone do not tell eight groups apart for every reader: hatching does.
const DECALS = [null, { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 }, { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 }];
const styleOf = (index) => ({
  color: doc.line_colors[index % doc.line_colors.length],
  decal: DECALS[Math.floor(index / 2) % 3] ? { symbol: "rect", color: "rgba(255,255,255,0.5)", ...DECALS[Math.floor(index / 2) % 3] } : undefined,
  borderColor: "#ffffff", borderWidth: 0.8,
});

function option(run) {
  const { items, sums, order } = groups(run, state.item);
  const shown = order.slice(0, MOST);
  const rest = items.map((item, i) => item.sum - shown.reduce((sum, key) => sum + (sums[i].get(key) ?? 0), 0));
  const names = items.map((item) => `${run.sections[item.section].name}${item.attained ? "" : " ✗"}`);
  const bar = (name, data, itemStyle) => ({ name, type: "bar", stack: "all", barMaxWidth: 22, itemStyle, data });
  const allowed = {
    type: "custom", name: t("allowed"), z: 5, itemStyle: { color: INK }, data: items.map((item, i) => [item.allowed, i]).filter((d) => d[0] !== null),
    renderItem: (params, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      const half = Math.min(api.size([0, 1])[1] * 0.42, 15);
      return { type: "line", shape: { x1: x, x2: x, y1: y - half, y2: y + half }, style: { stroke: INK, lineWidth: 3 } };
    },
  };
  return {
    ...base(),
    grid: { left: 190, right: 70, top: 62, bottom: 46 },
    legend: { top: 0, left: 0, itemWidth: 16, itemHeight: 10, textStyle: { fontSize: 11.5, width: 190, overflow: "truncate" } },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true, valueFormatter: (v) => (Array.isArray(v) ? number(v[0]) : number(v)) },
    xAxis: axis({ type: "value", name: `${itemName(state.item)} (mg/L)`, nameLocation: "middle", nameGap: 28, splitLine: { show: true, lineStyle: { color: "#e6eaee" } } }),
    yAxis: axis({ type: "category", inverse: true, data: names, axisLabel: { color: INK, interval: 0, width: 176, overflow: "truncate" } }),
    series: [
      ...shown.map((key, i) => bar(key, sums.map((sum) => sum.get(key) ?? 0), styleOf(i))),
      ...(rest.some((v, i) => Math.abs(v) > 1e-9 * Math.abs(items[i].value)) ? [bar(t("others"), rest, { color: REST })] : []),
      allowed,
    ],
  };
}

function shares(run, r) {
  const { trace } = run.analysis;
  const rows = trace.items.flatMap((item) => item.source.map((s, i) => ({ item, source: trace.sources[s], part: item.contribution[i] })))
    .sort((a, b) => a.item.section - b.item.section || run.constituents.indexOf(a.item.constituent) - run.constituents.indexOf(b.item.constituent) || b.part - a.part);
  const columns = [
    { text: t("section"), value: (v) => run.sections[v.item.section].name },
    { text: t("item"), value: (v) => itemName(v.item.constituent) },
    { text: t("source"), value: (v) => v.source.name || translated(v.source.kind) },
    { text: t("contribution"), unit: "mg/L", align: "right", value: (v) => v.part },
    { text: t("part of the whole"), unit: "%", align: "right", value: (v) => (v.item.value ? (100 * v.part) / v.item.value : null), cell: (v) => (v.item.value ? ((100 * v.part) / v.item.value).toFixed(1) : "–") },
  ];
  const missed = rows.filter((v) => !v.item.attained && v.part > 0.02 * v.item.value);
  const most = rows.filter((v) => v.part > 0.25 * v.item.value);
  const more = [
    { text: t("code"), value: (v) => v.source.code }, { text: t("kind"), value: (v) => translated(v.source.kind) }, { text: t("category"), value: (v) => v.source.category },
    { text: t("district"), value: (v) => v.source.district }, { text: t("responsible body"), value: (v) => v.source.body },
  ];
  return table({
    id: `trace-${r + 1}`,
    title: heading(run, missed.length ? t("who brings more than a fiftieth where a target is missed") : t("who brings more than a quarter at a section")),
    columns, rows: missed.length ? missed : most, csv: { columns: [...columns, ...more], rows },
    note: t("The CSV has all sections, items and sources."),
  });
}

function demands(run, r) {
  const { trace } = run.analysis;
  const rows = trace.sources.filter((s) => s.outfall).flatMap((s) => run.constituents.map((name, k) => ({ s, name, load: s.load_gs[k], cut: s.cut_gs[k] }))).filter((v) => v.cut > 1e-9 * v.load);
  const lines = trace.demands.filter((d) => d.section !== null).map((d) => h("li", {}, d.enough
    ? t("%s: the strictest section is %s; the outfalls that reach it would have to cut %s.", shortName(d.constituent), run.sections[d.section].name, percent(d.cut_share))
    : t("%s: a target is missed even without any outfall, by the waters that come from upstream; the strictest section is %s.", shortName(d.constituent), run.sections[d.section].name)));
  return [
    lines.length ? h("ul", {}, lines) : h("p", {}, t("No target asks for a cut.")),
    rows.length ? table({
      id: `demands-${r + 1}`, title: heading(run, t("cuts that the targets ask of the outfalls, all of a section by the same percentage")), rows,
      columns: [
        { text: t("outfall"), value: (v) => v.s.name }, { text: t("code"), value: (v) => v.s.code }, { text: t("item"), value: (v) => itemName(v.name) },
        { text: t("now"), unit: "t/a", align: "right", value: (v) => tonsAYear(v.load) }, { text: t("cut"), unit: "t/a", align: "right", value: (v) => tonsAYear(v.cut) },
        { text: t("cut"), unit: "%", align: "right", value: (v) => (100 * v.cut) / v.load, cell: (v) => ((100 * v.cut) / v.load).toFixed(1) },
      ],
    }) : null,
  ].filter(Boolean);
}

export function trace(section) {
  const runs = doc.runs.map((run, r) => ({ run, r })).filter(({ run }) => run.analysis?.trace);
  if (!runs.length) return false;
  const title = (run) => heading(run, t("where %s at the sections comes from", itemName(state.item)));
  const charts = runs.map(({ run, r }) => figure({
    id: `trace-${r + 1}`, title: title(run), option: () => option(run), others: (add) => eachOtherItem(() => add(title(run))),
    height: () => 120 + 30 * run.analysis.trace.items.filter((item) => item.constituent === state.item).length,
    caption: t("The dark line is the allowed concentration, margin taken off (%s); ✗: target missed. At most %s groups have a colour, the others are one.", run.analysis.margin, MOST),
  }));
  const redraw = () => charts.forEach((c, i) => { c.retitle(title(runs[i].run)); c.draw(); });
  const options = [["source", t("source")], ["kind", t("kind")], ["category", t("category")], ["district", t("district")], ["body", t("responsible body")]];
  section.append(
    h("div", { class: "controls" }, itemSelect(), select(t("counted together by"), options, by, (value) => { by = value; redraw(); })),
    ...runs.flatMap(({ run, r }, i) => [charts[i].element, ...demands(run, r), shares(run, r)]));
  state.listeners.add((values) => { if ("item" in values) redraw(); });
  return true;
}
