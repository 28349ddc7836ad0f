// What is known of one section or one reach, at the time shown.
import { h } from "./dom.js";
import { cellsOf, classColor, className, classOf, constituent, dischargeOf, doc, frameOf, itemName, number, reachName, sectionDischarge, sectionValue, shown, timeText, unitOf } from "./data.js";
import { t } from "./texts.js";

const badge = (water) => h("span", { class: "badge", style: { background: classColor(water).strong, color: classColor(water).ink } }, className(water));
const facts = (list) => h("dl", {}, list.filter((f) => f[1] !== "" && f[1] !== null).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
const small = (head, rows) => h("table", {}, h("thead", {}, h("tr", {}, head.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell))))));

function sectionDetails(run, index) {
  const s = run.sections[index];
  const when = run.steady ? t("value") : timeText(run, run.profile.time_s[frameOf(run)]);
  return [
    h("h3", {}, `${t("section")} ${s.code} ${s.name}`),
    facts([[t("reach"), reachName(s.reach)], [t("chainage"), `${number(s.chainage_m / 1000)} km`], [t("discharge"), `${number(sectionDischarge(run, index))} m³/s`],
      [t("level"), s.level], [t("district"), s.district], [t("protected target"), s.protected ? t("yes") : ""], [t("class"), s.judged ? badge(s.class) : ""], [t("target"), s.judged ? badge(s.target) : ""]]),
    small([t("item"), when, t("unit"), t("class"), t("judged value"), t("limit"), t("attained")], run.items.filter((v) => v.section === index).map((v) => {
      const value = sectionValue(run, index, v.constituent);
      return [itemName(v.constituent), number(shown(v.constituent, value)), v.unit, v.judged ? badge(classOf(constituent(v.constituent), value)) : "–", number(v.value), v.judged ? number(v.limit) : "–", !v.judged ? "–" : v.attained ? t("yes") : t("no")];
    })),
  ];
}

function range(list) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of list) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return number(low) === number(high) ? number(low) : `${number(low)} – ${number(high)}`;
}

function reachDetails(run, index) {
  const reach = doc.network.reaches[index];
  const [begin, end] = cellsOf(run, index);
  const of = (list) => range(list.slice(begin, end));
  const frame = frameOf(run);
  const on = run.sources.filter((s) => s.reach === index);
  return [
    h("h3", {}, `${t("reach")} ${reach.name}`),
    facts([[t("river"), reach.river], [t("length"), `${number(reach.length_m / 1000)} km`], [t("from node"), doc.network.nodes[reach.from].name], [t("to node"), doc.network.nodes[reach.to].name],
      [t("discharge"), `${of(dischargeOf(run))} m³/s`],
      ...(run.profile.moving_discharge_m3s ? [] : [[t("velocity"), `${of(run.profile.velocity_ms)} m/s`], [t("depth"), `${of(run.profile.depth_m)} m`]]),
      [t("sections"), run.sections.filter((s) => s.reach === index).map((s) => s.name).join(t(", "))]]),
    small([t("item"), t("along the reach"), t("unit"), t("worst class")], run.constituents.map((name) => {
      const values = run.profile.value[name][frame].slice(begin, end);
      const worst = values.reduce((w, v) => Math.max(w, classOf(constituent(name), v)), 0);
      return [itemName(name), range(values.map((v) => shown(name, v))), unitOf(name), worst ? badge(worst) : "–"];
    })),
    on.length ? small([t("source"), t("chainage"), t("discharge"), ...run.constituents.map((n) => `${n} g/s`)], on.map((s) => [s.name, `${number(s.chainage_m / 1000)} km`, `${number(s.flow_m3s)} m³/s`, ...s.load_gs.map((v) => number(v))])) : "",
  ];
}

export const details = (run, kind, index) => (kind === "section" ? sectionDetails(run, index) : reachDetails(run, index));
