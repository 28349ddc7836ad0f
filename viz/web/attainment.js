// Classes of every section and item at a glance, and the table behind them.
import { h } from "./dom.js";
import { classColor, className, doc, grade, itemName, nClass, number, percent, reachName, runName, shortName, timeText } from "./data.js";
import { table } from "./table.js";
import { isChinese, t } from "./texts.js";

const heading = (run, text) => (doc.runs.length > 1 ? `${text} — ${runName(run)}` : text);

function cell(v) {
  if (!v) return "–";
  if (!v.judged) return number(v.value);
  const color = classColor(v.class);
  const missed = v.counts && !v.attained;
  return h("span", { class: "class", style: { background: color.strong, color: color.ink }, title: missed ? t("target missed") : t("target attained") }, `${className(v.class)}${missed ? " ✗" : ""}`, h("small", {}, number(v.value)));
}

function matrix(run, r) {
  const of = (s, name) => run.items.find((v) => v.section === run.sections.indexOf(s) && v.constituent === name);
  return table({
    id: `classes-${r + 1}`,
    title: heading(run, t("class by section and item")),
    columns: [
      { text: t("section"), value: (s) => s.name, cell: (s) => `${s.name}${s.protected ? " *" : ""}` },
      { text: t("target"), value: (s) => className(s.target) },
      ...run.constituents.map((name) => ({ text: itemName(name), value: (s) => (of(s, name) ? className(of(s, name).class) : ""), cell: (s) => cell(of(s, name)) })),
      { text: t("overall"), value: (s) => (s.judged ? className(s.class) : ""), cell: (s) => (s.judged ? h("span", { class: s.attained ? "" : "miss" }, `${className(s.class)} ${s.attained ? "✓" : "✗"}`) : "–") },
      ...(doc.standard.graded ? [{ text: t("grade"), value: (s) => (isChinese() ? s.grade_zh : s.grade), cell: grade }] : []),
      { text: t("main pollution items"), value: (s) => s.main_items.map((m) => `${shortName(m.constituent)}${m.over_base === null ? "" : ` (${number(m.over_base, 3)})`}`).join(t(", ")) || "–" },
      ...(run.steady ? [] : [{ text: t("days attained"), align: "right", value: (s) => (s.days ? `${s.days_attained}/${s.days}` : "–") }]),
    ],
    rows: run.sections,
    note: [t("✗: worse than the section's target. The small number is the judged value."), run.sections.some((s) => s.protected) && t("* protected target"),
      t("Main pollution items with their multiple of exceedance over class %s.", className(doc.standard.exceedance.base_class))].filter(Boolean).join(" "),
  });
}

function values(run, r) {
  const section = (v) => run.sections[v.section];
  const limit = (v) => (!v.judged ? "–" : v.limit_high !== null ? `${number(v.limit)} – ${number(v.limit_high)}` : `${doc.constituents.find((c) => c.name === v.constituent).sense === "min" ? "≥" : "≤"} ${number(v.limit)}`);
  const word = (v) => (v.attained ? t("yes") : t("no"));
  const attained = (v) => (!v.judged ? t("not in the standard") : v.counts ? word(v) : t("%s, for reference", word(v)));
  return table({
    id: `values-${r + 1}`,
    title: heading(run, t("judged values")),
    columns: [
      { text: t("section"), value: (v) => section(v).name },
      { text: t("reach"), value: (v) => reachName(section(v).reach) },
      { text: t("chainage"), unit: "km", align: "right", value: (v) => section(v).chainage_m / 1000 },
      { text: t("item"), value: (v) => itemName(v.constituent) },
      { text: t("value"), align: "right", value: (v) => v.value },
      { text: t("unit"), align: "nowrap", value: (v) => v.unit },
      { text: t("class"), value: (v) => className(v.class) },
      { text: t("target"), value: (v) => (v.judged ? className(v.target) : "–") },
      { text: t("limit"), align: "right", value: limit },
      { text: t("attained"), value: attained, cell: (v) => h("span", { class: v.judged && v.counts && !v.attained ? "miss" : "" }, attained(v)) },
      { text: t("over target"), align: "right", value: (v) => (v.over ? v.over : "–") },
      ...(run.steady ? [] : [
        { text: t("period judged"), value: (v) => `${timeText(run, v.from_s)} ~ ${timeText(run, v.to_s)}` },
        { text: t("days attained"), align: "right", value: (v) => (v.days ? `${v.days_attained}/${v.days}` : "–") }]),
    ],
    rows: run.items,
    note: t("Over target: (C - C_target)/C_target, with C_target the limit of the section's target class."),
  });
}

function rivers(run, r) {
  if (!run.rivers[0].sections) return null;
  return table({
    id: `rivers-${r + 1}`,
    title: heading(run, t("rivers")),
    columns: [
      { text: t("river"), value: (v) => v.name || t("whole network") },
      { text: t("sections attained"), align: "right", value: (v) => `${v.attained}/${v.sections}` },
      { text: t("attainment rate"), align: "right", value: (v) => percent(v.rate) },
      ...Array.from({ length: nClass + 1 }, (_, k) => ({ text: className(k + 1), align: "right", value: (v) => v.n_class[k] })),
      ...(doc.standard.graded ? [{ text: t("grade"), value: (v) => (isChinese() ? v.grade_zh : v.grade), cell: grade }] : []),
      { text: t("main pollution items"), value: (v) => v.main_items.map((m) => `${isChinese() ? m.title_zh : m.item} ${m.rate !== null ? percent(m.rate) : m.over_base !== null ? number(m.over_base, 3) : ""}`).join(t(", ")) || "–" },
    ],
    rows: run.rivers,
    note: t("Columns of classes count sections."),
  });
}

export function attainment(section) {
  doc.runs.forEach((run, r) => section.append(matrix(run, r), ...[rivers(run, r)].filter(Boolean), values(run, r)));
}
