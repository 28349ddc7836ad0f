// The evaluation before a permit: the conclusion with its reasons first, then what it rests on, table by table.
import { h } from "./dom.js";
import { doc, eachOtherItem, itemName, number, percent, shortName, state, unitOf } from "./data.js";
import { ALARM, axis, base, INK } from "./charts.js";
import { itemSelect } from "./controls.js";
import { figure } from "./figure.js";
import { nameSeries, NAMES } from "./profile.js";
import { table } from "./table.js";
import { colon, isChinese, t, translated } from "./texts.js";
import { mark } from "./clauses.js";

const { permit } = doc;
const STATES = ["without", "normal", "accident", "cuts", "cumulative", "all"];

const title = (group, name) => permit.titles[group][name]?.[isChinese() ? 1 : 0] ?? name;
const rule = (r) => (r ? mark(r.clause, r.confidence) : "");
const placeName = (p) => [p.code, p.name].filter(Boolean).join(" ") || title("place", p.kind);
const yes = (value) => (value === null ? t("not known") : value ? t("yes") : t("no"));
const right = (text, unit, value, cell) => ({ text, unit, align: "right", value, cell });
const states = () => STATES.filter((s) => permit.periods.some((p) => p.values.some((v) => v.state === s)));

// ---- conclusion

const SIGN = { forbids: "✗", fails: "✗", condition: "!", note: "·" };
const finding = (f) => h("li", { class: { forbids: "bad", fails: "bad", condition: "condition", note: "" }[f.kind] },
  h("span", { class: "sign", "aria-hidden": "true" }, SIGN[f.kind]),
  h("span", {}, h("b", {}, `${title("finding", f.kind)} `), isChinese() ? f.text_zh : f.text, f.rule.confidence === "V" ? t(" (%s)", translated(f.rule.clause)) : rule(f.rule)));

function conclusion() {
  const q = permit.proposal;
  const looks = { attains: "good", conditional: "condition" }[permit.conclusion] ?? "bad";
  return h("div", { class: `verdict ${looks}`, id: "permit-conclusion" },
    h("h3", {}, title("conclusion", permit.conclusion)),
    h("p", { class: "note" }, [`${q.outfall} ${q.name}`, title("kind", q.kind), t("%s m³/d", number(q.flow_m3_d, 6)), t("class %s", permit.class)].join(t("; "))),
    permit.findings.length > 0 && h("ul", { class: "lines" }, permit.findings.map(finding)));
}

function facts() {
  const q = permit.proposal, g = permit.grade;
  const asked = [[g.wet_asked, "wet"], [g.normal_asked, "normal"], [g.dry_asked, "dry"]].filter(([is]) => is).map(([, season]) => title("season", season));
  const rows = [
    [t("proposal"), q.title && [q.title, q.note].filter(Boolean).join(t("; "))],
    [t("outfall"), `${q.outfall} ${q.name}${colon()}${title("kind", q.kind)}`],
    [t("place"), `${q.reach}, ${number(q.chainage_m / 1000)} km${q.backwater ? t("; ") + t("in backwater") : ""}`],
    [t("class of the water"), `${permit.class}${permit.class_from ? ` (${permit.class_from})` : ""}`],
    [t("waste water"), t("%s m³/d on %s days a year", number(q.flow_m3_d, 6), number(q.days))],
    [t("discharge standard"), q.discharge_standard],
    [t("water quality standard"), permit.standard],
    [t("grade of evaluation"), [`${isChinese() ? g.grade_zh : g.grade}${colon()}${isChinese() ? permit.reason_zh : g.reason}`, rule(g.rule)]],
    [t("pollution equivalents"), [`${number(g.equivalents, 6)}${g.largest ? ` (${g.largest})` : ""}`, rule(g.equivalents_rule)]],
    [t("periods that are asked for"), [asked.join(t(", ")) || t("none"), rule(g.periods_rule)]],
    [t("regional cuts"), q.cuts], [t("approved outfalls"), q.approved],
  ];
  return h("div", { class: "scroll" }, h("table", { class: "facts", "aria-label": t("what is asked for") }, h("tbody", {}, rows.filter(([, value]) => value).map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))));
}

// ---- what it rests on

function terms() {
  return table({
    id: "permit-terms", title: t("terms at the discharge that is asked for"), rows: permit.terms,
    columns: [
      { text: t("constituent"), value: (v) => shortName(v.constituent) },
      right(t("applied for"), "mg/L", (v) => v.applied_mg_L), right(t("applied for"), "t/a", (v) => v.applied_t_a),
      right(t("discharge standard"), "mg/L", (v) => v.standard_mg_L, (v) => [number(v.standard_mg_L), rule(v.standard_rule)]),
      right(t("river takes"), "mg/L", (v) => v.permissible_mg_L), right(t("river takes"), "t/a", (v) => v.permissible_t_a),
      { text: t("bound by"), value: (v) => (v.bound_by_place === null ? null : `${placeName(permit.places[v.bound_by_place])}, ${v.bound_by_period}`) },
      right(t("permitted"), "mg/L", (v) => v.permit_mg_L, (v) => h("b", {}, number(v.permit_mg_L))), right(t("permitted"), "t/a", (v) => v.permit_t_a, (v) => h("b", {}, number(v.permit_t_a))),
      { text: t("set by"), value: (v) => title("bound", v.set_by) },
      ...(permit.proposal.cuts ? [right(t("taken away by the cuts"), "t/a", (v) => v.cut_t_a)] : []),
      ...(permit.terms.some((v) => v.replaced_t_a !== null) ? [right(t("replaced"), "t/a", (v) => v.replaced_t_a)] : []),
    ],
    note: [t("Permit: the smallest of application, discharge standard and river; t/a = mg/L × m³/d × %s d / 10⁶. It holds %s. A negative load says that even none is too much.", number(permit.proposal.days), title("state", permit.terms_hold)),
      permit.conclusion === "fails" && ` ${t("The proposal does not attain: these are no terms of a permit, but what the river leaves.")}`],
  });
}

function water() {
  const w = (p) => p.water;
  return table({
    id: "permit-water", title: t("design flows and mixing at the outfall"), rows: permit.periods,
    columns: [
      { text: t("period"), value: (p) => p.name }, { text: t("season"), value: (p) => title("season", p.season) }, { text: t("flow basis"), value: (p) => title("basis", p.basis) },
      right(t("river"), "m³/s", (p) => w(p).river_m3_s), right(t("width"), "m", (p) => w(p).width_m), right(t("depth"), "m", (p) => w(p).depth_m, (p) => number(w(p).depth_m, 3)),
      right(t("velocity"), "m/s", (p) => w(p).velocity_m_s, (p) => number(w(p).velocity_m_s, 3)), right("Ex", "m²/s", (p) => w(p).dispersion_m2_s, (p) => number(w(p).dispersion_m2_s, 3)), right("Ey", "m²/s", (p) => w(p).transverse_m2_s, (p) => number(w(p).transverse_m2_s, 3)),
      right(t("mixing length"), "km", (p) => (w(p).mixing_length_m === null ? null : w(p).mixing_length_m / 1000)),
      { text: t("mixed at the accounting section"), value: (p) => yes(w(p).mixed_at_accounting) },
    ],
    note: [t("Mixing length of a discharge %s m from the bank; beyond it one dimension holds.", number(permit.proposal.bank_distance_m)), rule(permit.rules.mixing_length)],
  });
}

function places() {
  return table({
    id: "permit-places", title: t("places that are judged"), rows: permit.places,
    columns: [
      { text: t("place"), value: placeName }, { text: t("kind"), value: (p) => title("place", p.kind), cell: (p) => [title("place", p.kind), rule(p.rule)] },
      right(t("from the outfall"), "km", (p) => p.distance_m / 1000), { text: t("reach, km"), value: (p) => `${p.reach}, ${number(p.chainage_m / 1000)}` },
      { text: t("class"), value: (p) => p.class }, { text: t("class by"), value: (p) => p.class_from }, { text: t("protected"), value: (p) => yes(p.protected) },
    ],
  });
}

// One row a place, period and item, with the value of every state.
function rowsOfValues() {
  const rows = [];
  for (const c of permit.periods[0].near) {
    permit.places.forEach((place, p) => {
      for (const period of permit.periods) {
        const of = (s) => period.values.find((v) => v.state === s && v.place === p && v.constituent === c.constituent);
        rows.push({ place, period, item: c.constituent, of, judged: of(permit.judged) });
      }
    });
  }
  return rows;
}
const atBank = (v) => v.judged_mg_L > v.mean_mg_L * (1 + 1e-9);

function values() {
  return table({
    id: "permit-values", title: t("concentrations at the places, mg/L"), rows: rowsOfValues(),
    columns: [
      { text: t("place"), value: (r) => placeName(r.place) }, { text: t("constituent"), value: (r) => shortName(r.item) }, { text: t("period"), value: (r) => r.period.name },
      right(t("limit"), "", (r) => r.judged.limit_mg_L), right(t("margin"), "", (r) => r.judged.margin, (r) => (r.judged.margin === null ? "–" : `${number(100 * r.judged.margin)} %`)), right(t("allowed"), "", (r) => r.judged.allowed_mg_L),
      ...states().map((s) => right(title("state", s), "", (r) => r.of(s).judged_mg_L, (r) => `${number(r.of(s).judged_mg_L)}${atBank(r.of(s)) ? "*" : ""}`)),
      right(t("increment"), "", (r) => r.judged.increment_mg_L, (r) => number(r.judged.increment_mg_L, 3)),
      right(t("of the limit"), "", (r) => (r.judged.limit_mg_L ? r.judged.increment_mg_L / r.judged.limit_mg_L : null), (r) => (r.judged.limit_mg_L ? percent(r.judged.increment_mg_L / r.judged.limit_mg_L) : "–")),
      { text: t("target"), value: (r) => (r.judged.met === null ? null : r.judged.met ? t("attained") : t("missed")), cell: (r) => (r.judged.met === null ? "–" : h("span", { class: r.judged.met ? "nowrap" : "miss nowrap" }, r.judged.met ? `✓ ${t("attained")}` : `✗ ${t("missed")}`)) },
    ],
    note: [t("Target and increment are those %s. Allowed: the limit less the safety margin", title("state", permit.judged)), rule(permit.rules.margin), ". ", t("*: at the bank, within the mixing length"), rule(permit.rules.bank)],
  });
}

function zoneText(v) {
  return v.zone === "bounded" ? t("%s m long, %s m wide", number(v.zone_length_m), number(v.zone_width_m, 3)) : title("zone", v.zone);
}
function influenceText(v) {
  if (v.influence === null) return null;
  if (!v.influence) return t("none");
  return v.influence_to_the_end ? t("%s km, to the end of the network", number(v.influence_m / 1000)) : t("%s km", number(v.influence_m / 1000));
}

function near() {
  return table({
    id: "permit-near", title: t("accounting section by Annex E, mixing zone, range of influence"), rows: permit.periods.flatMap((period) => period.near.map((v) => ({ period, v }))),
    columns: [
      { text: t("constituent"), value: (r) => shortName(r.v.constituent) }, { text: t("period"), value: (r) => r.period.name },
      right(t("network"), "mg/L", (r) => r.v.network_mg_L), right(t("Annex E"), "mg/L", (r) => r.v.annex_e_mg_L),
      right(t("difference"), "%", (r) => (r.v.annex_e_mg_L === null ? null : 100 * (r.v.annex_e_mg_L / r.v.network_mg_L - 1)), (r) => (r.v.annex_e_mg_L === null ? "–" : number(100 * (r.v.annex_e_mg_L / r.v.network_mg_L - 1), 2))),
      right(t("its case"), "", (r) => r.v.annex_e_case), right(t("O'Connor number"), "α", (r) => r.v.alpha, (r) => number(r.v.alpha, 3)), right(t("Péclet number"), "Pe", (r) => r.v.peclet, (r) => number(r.v.peclet, 3)),
      { text: t("over the limit"), value: (r) => zoneText(r.v) }, { text: t("influence"), value: (r) => influenceText(r.v) },
    ],
    note: [t("Network and Annex E are means of the cross-section with the project"), rule(permit.rules.one_dimension), ". ", t("Over the limit: of the class at the outfall, without margin. Influence: an increment of at least %s of that limit", `${number(100 * permit.influence_share)} %`), rule(permit.rules.influence)],
  });
}

function accident() {
  const rows = permit.periods.flatMap((period) => period.accident.map((v) => ({ period, v })));
  if (!rows.length) return null;
  return table({
    id: "permit-accident", title: t("accidental discharge of %s h as it passes", number(permit.proposal.accident_s / 3600)), rows,
    columns: [
      { text: t("place"), value: (r) => placeName(permit.places[r.v.place]) }, { text: t("constituent"), value: (r) => shortName(r.v.constituent) }, { text: t("period"), value: (r) => r.period.name },
      right(t("peak"), "mg/L", (r) => r.v.peak_mg_L), right(t("Annex E"), "mg/L", (r) => r.v.annex_e_mg_L), right(t("peak comes after"), "h", (r) => r.v.after_s / 3600, (r) => number(r.v.after_s / 3600, 3)),
      right(t("over the limit"), "h", (r) => r.v.over_s / 3600, (r) => h("span", { class: r.v.over_s > 0 ? "miss" : "" }, `${r.v.ends_over ? "> " : ""}${number(r.v.over_s / 3600, 3)}`)),
    ],
    note: [t("Peaks are means of the cross-section, by an unsteady run of the network; beside them the finite release of Annex E, at the accounting section"), rule(permit.rules.release)],
  });
}

// ---- the increment down the river

const km = (metres) => metres / 1000;
const LINES = ["#1b2a41", "#2f6f9f", "#a85a00", "#6d4c41"];

function limits() {
  const own = permit.periods[0].values.filter((v) => v.state === permit.judged && v.constituent === state.item && v.allowed_mg_L !== null);
  return own.filter((v) => permit.places[v.place].distance_m >= 0).map((v) => ({ value: [km(permit.places[v.place].distance_m), v.allowed_mg_L], name: placeName(permit.places[v.place]) }));
}

function judgedPoints(period) {
  return period.values.filter((v) => v.state === permit.judged && v.constituent === state.item && permit.places[v.place].distance_m >= 0).map((v) => ({
    value: [km(permit.places[v.place].distance_m), v.judged_mg_L], name: placeName(permit.places[v.place]),
    symbol: v.met === false ? "diamond" : "circle", symbolSize: v.met === false ? 12 : 8,
    itemStyle: { color: v.met === false ? ALARM : "#ffffff", borderColor: v.met === false ? "#ffffff" : INK, borderWidth: 1.5, opacity: 1 },
  }));
}

function option(size) {
  const lines = permit.periods.flatMap((period, i) => ["without", "normal"].map((s) => ({
    name: `${period.name}${colon()}${title("state", s)}`, type: "line", showSymbol: false, z: 3, itemStyle: { color: LINES[i % LINES.length] },
    lineStyle: { width: s === "normal" ? 2.2 : 1.4, type: s === "normal" ? "solid" : [5, 4], color: LINES[i % LINES.length] },
    data: period.profile.distance_m.map((x, k) => [km(x), period.profile[`${s}_mg_L`][state.item][k]]),
  })));
  const points = permit.periods.flatMap(judgedPoints), bounds = limits();
  const top = [...lines.flatMap((l) => l.data.map((d) => d[1])), ...points.map((p) => p.value[1]), ...bounds.map((p) => p.value[1])].reduce((a, b) => Math.max(a, b), 0) * 1.1 || 1;
  const length = lines[0].data.length ? lines[0].data[lines[0].data.length - 1][0] : 1;
  const named = permit.places.filter((p) => p.distance_m >= 0 && km(p.distance_m) <= length).map((p) => ({ kind: { intake: "withdrawal", zone: "station" }[p.kind] ?? "section", x: km(p.distance_m), name: p.name || placeName(p) }));
  return {
    ...base(),
    grid: { left: 64, right: 72, top: NAMES, bottom: 84 },
    legend: { bottom: 0, data: lines.map((l) => l.name), itemWidth: 34, itemStyle: { opacity: 0 } },
    tooltip: { trigger: "axis", confine: true, valueFormatter: (v) => `${number(Array.isArray(v) ? v[1] : v)} ${unitOf(state.item)}` },
    xAxis: axis({ type: "value", min: 0, max: length, name: `${t("distance from the outfall")} (km)`, nameLocation: "middle", nameGap: 26 }),
    yAxis: axis({ type: "value", min: 0, max: top, name: `${itemName(state.item)} (mg/L)`, nameLocation: "middle", nameRotate: 90, nameGap: 44, axisLabel: { color: INK, showMaxLabel: false } }),
    series: [...lines,
      { type: "scatter", data: bounds, symbol: "rect", symbolSize: [18, 3], itemStyle: { color: ALARM, opacity: 1 }, z: 4, tooltip: { show: false } },
      { type: "scatter", data: points, z: 5, tooltip: { show: false } },
      nameSeries(named.sort((a, b) => a.x - b.x), size, length)],
  };
}

function chart() {
  const name = () => t("%s below the outfall, with and without the project", itemName(state.item));
  const made = figure({
    id: "permit-profile", title: name(), others: (add) => eachOtherItem(() => add(name())), option, height: (width) => Math.round(Math.min(Math.max(width * 0.55, 440), 560)),
    caption: t("Lines: means of the cross-section down the branch of the largest discharge. Points: what is judged at the places, at the bank within the mixing length; a red diamond misses its target. Red bars: allowed, the limit less the margin."),
  });
  state.listeners.add((values) => { if ("item" in values) { made.retitle(name()); made.draw(); } });
  return made.element;
}

export function permitPart(section) {
  if (!permit) return false;
  section.append(conclusion(), facts());
  if (!permit.periods.length) return true;
  section.append(terms(), water(), places(), h("div", { class: "controls" }, itemSelect()), chart(), values(), near(), ...[accident()].filter(Boolean),
    h("p", { class: "note" }, t("The parts below show the river in the period in which the targets are hardest to keep, computed for the whole network; sections are judged there by the limits themselves, without margin.")));
  return true;
}
