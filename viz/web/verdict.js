// What a panel reads first: is the target met, where not and by how much, and what else is amiss.
import { h } from "./dom.js";
import { className, doc, itemName, number, runName, shortName, statisticName } from "./data.js";
import { colon, t } from "./texts.js";

const line = (good, text, ...more) => h("li", { class: good ? "good" : "bad" }, h("span", { class: "sign", "aria-hidden": "true" }, good ? "✓" : "✗"), " ", h("span", {}, text, ...more));

function missedList(run) {
  return h("ul", { class: "missed" }, run.sections.map((s, index) => {
    if (!s.judged || s.attained) return null;
    const items = run.items.filter((v) => v.section === index && v.counts && v.judged && !v.attained);
    return h("li", {},
      h("a", { href: "#section-details", class: "to-section", "data-section": index }, s.name), " ",
      t("class %s, target %s", className(s.class), className(s.target)), colon(),
      items.map((v) => {
        const limit = v.limit_high !== null ? `${number(v.limit)}–${number(v.limit_high)}` : number(v.limit);
        const words = [shortName(v.constituent), number(v.value), v.unit, limit];
        return v.over === null ? t("%s %s %s, limit %s", ...words) : t("%s %s %s, limit %s, exceeded by %s times", ...words, number(v.over, 3));
      }).join(t("; ")));
  }));
}

function closes(run) {
  const worst = run.worst_residual;
  return line(worst !== null && worst < 1e-6, t("the mass budget closes to %s of the throughput", worst === null ? "–" : worst.toExponential(1)));
}

function lines(run) {
  const judged = run.sections.filter((s) => s.judged);
  const missed = judged.filter((s) => !s.attained);
  const shortStations = run.stations.filter((s) => !s.met);
  const shortIntakes = run.withdrawals.filter((w) => !w.met);
  const warnings = run.messages.filter((m) => m.severity === "warning").length;
  const list = [];
  if (!judged.length) list.push(line(true, t("no section is judged: the standard has no item for what was computed")));
  else if (!missed.length) list.push(line(true, judged.length === 1 ? t("the only section attains its target") : t("all %s sections attain their target", judged.length)));
  else list.push(line(false, t("%s of %s sections miss their target", missed.length, judged.length), missedList(run)));
  if (shortStations.length)
    list.push(line(false, t("%s of %s stations release less than the ecological flow", shortStations.length, run.stations.length), colon(),
      shortStations.map((s) => t("%s, short by %s m³/s", s.name, number(s.deficit_m3s, 3))).join(t("; "))));
  else if (run.stations.length) list.push(line(true, run.stations.length === 1 ? t("the only station releases the ecological flow") : t("all %s stations release the ecological flow", run.stations.length)));
  if (shortIntakes.length)
    list.push(line(false, t("%s of %s withdrawals get less water than they ask for", shortIntakes.length, run.withdrawals.length), colon(),
      shortIntakes.map((w) => t("%s, short by %s m³/s", w.name, number(w.deficit_m3s, 3))).join(t("; "))));
  else if (run.withdrawals.length) list.push(line(true, run.withdrawals.length === 1 ? t("the only withdrawal gets the water it asks for") : t("all %s withdrawals get the water they ask for", run.withdrawals.length)));
  list.push(closes(run));
  if (warnings) list.push(line(false, t("warnings of the run: %s, see the last part", warnings)));
  return list;
}

export const met = (run) => run.sections.every((s) => !s.judged || s.attained) && run.eco_flow_met && run.withdrawals_met;

function card(run) {
  const judged = run.sections.some((s) => s.judged);
  const good = met(run);
  const words = !judged ? t("values only") : good ? t("all targets are met") : t("targets are missed");
  return h("div", { class: `verdict ${!judged ? "none" : good ? "good" : "bad"}` },
    h("h3", {}, (doc.runs.length > 1 || doc.permit) && h("span", { class: "run" }, runName(run) + colon()), words),
    h("p", { class: "note" }, run.path ? t("judged: %s, by the single-factor method; engine %s; file %s", statisticName(run), run.engine, run.path) : t("judged: %s, by the single-factor method; engine %s", statisticName(run), run.engine)),
    h("ul", { class: "lines" }, lines(run)));
}

// With several runs: what the others change against the first, where the first or they miss.
function effects() {
  const first = doc.runs[0];
  const rows = [];
  first.items.forEach((v) => {
    if (!v.judged || !v.counts) return;
    const others = doc.runs.slice(1).map((run) => {
      const s = run.sections.findIndex((o) => o.code === first.sections[v.section].code);
      return run.items.find((o) => o.section === s && o.constituent === v.constituent);
    });
    if (v.attained && others.every((o) => !o || o.attained)) return;
    rows.push({ v, others });
  });
  return rows;
}

export function verdict(section, tables) {
  const parts = doc.runs.map(card);
  if (doc.runs.length > 1) {
    const cell = (v) => (v ? h("span", { class: v.attained ? "" : "miss" }, `${number(v.value)}  ${className(v.class)}  ${v.attained ? "✓" : "✗"}`) : "–");
    const text = (v) => (v ? `${number(v.value)} ${className(v.class)}` : "");
    const columns = [
      { text: t("section"), value: (r) => doc.runs[0].sections[r.v.section].name },
      { text: t("item"), value: (r) => itemName(r.v.constituent) },
      { text: t("unit"), value: (r) => r.v.unit },
      { text: t("target"), value: (r) => className(r.v.target) },
      ...doc.runs.map((run, i) => ({ text: runName(run), align: "right", value: (r) => text(i ? r.others[i - 1] : r.v), cell: (r) => cell(i ? r.others[i - 1] : r.v) })),
    ];
    parts.push(tables({ id: "effects", title: t("items that miss the target in one of the runs"), columns, rows: effects() }));
  }
  section.append(...parts);
}
