// What makes the report traceable: budget, limits with their clauses, runs, messages, input files.
import { h } from "./dom.js";
import { className, doc, itemName, nClass, number, runName, statisticName, timeText } from "./data.js";
import { allNotes, confidenceText, mark } from "./clauses.js";
import { table } from "./table.js";
import { colon, isChinese, t, translated } from "./texts.js";

const heading = (run, text) => (doc.runs.length > 1 ? `${text} — ${runName(run)}` : text);

export function budget(section) {
  doc.runs.forEach((run, r) => {
    const names = [t("upstream ends"), t("point sources"), t("distributed"), t("downstream ends"), t("withdrawn"), t("reacted"), t("stored")];
    const scale = run.steady ? 1 : 1e-3;
    section.append(table({
      id: `budget-${r + 1}`,
      title: heading(run, run.steady ? t("mass budget of the whole network, g/s") : t("mass budget of the whole network, kg over the run")),
      columns: [
        { text: t("item"), value: (b) => itemName(b.constituent) },
        ...names.map((text, k) => ({ text, align: "right", value: (b) => b.term[k] * scale })),
        { text: t("residual"), align: "right", value: (b) => b.residual * scale, cell: (b) => (b.residual * scale).toExponential(1) },
        { text: t("residual/throughput"), align: "right", value: (b) => (b.throughput ? b.residual / b.throughput : 0), cell: (b) => (b.throughput ? b.residual / b.throughput : 0).toExponential(1) },
      ],
      rows: run.budget,
      note: t("Upstream ends + point sources + distributed = downstream ends + withdrawn + reacted + stored + residual. Worst of all reaches: %s of the throughput.", run.worst_residual === null ? "–" : run.worst_residual.toExponential(1)),
    }));
  });
}

function limits() {
  const items = doc.constituents.filter((c) => c.judged);
  const limit = (c, k) => (c.sense === "range" ? `${number(c.limit[k] / c.factor)} – ${number(c.limit_high[k] / c.factor)}` : `${c.sense === "min" ? "≥ " : ""}${number(c.limit[k] / c.factor)}`);
  return items.length === 0 ? null : table({
    id: "limits",
    title: t("limits by which the report judges"),
    columns: [
      { text: t("item"), value: (c) => itemName(c.name) },
      ...Array.from({ length: nClass }, (_, k) => ({ text: className(k + 1), align: "right", value: (c) => limit(c, k) })),
      { text: t("unit"), value: (c) => c.unit },
      { text: t("clause"), value: (c) => translated(c.clause), cell: (c) => [translated(c.clause), mark(c.clause, c.confidence)] },
      { text: t("confidence"), value: (c) => `${c.confidence}: ${confidenceText(c.confidence)}` },
    ],
    rows: items,
  });
}

function rules() {
  const s = doc.standard;
  const rows = [{ what: t("multiple of exceedance over class %s", className(s.exceedance.base_class)), ...s.exceedance }];
  if (s.graded) rows.push({ what: t("grade of a section"), ...s.grading.section }, { what: t("grade of a river"), ...s.grading.river }, { what: t("main pollution items"), ...s.grading.main_items });
  const seen = new Set();
  for (const run of doc.runs) for (const station of run.stations) {
    if (seen.has(station.clause)) continue;
    seen.add(station.clause);
    rows.push({ what: `${t("ecological flow")}: ${station.name}`, clause: station.clause, confidence: station.confidence });
  }
  return table({
    id: "rules",
    title: t("rules and where they stand"),
    columns: [{ text: t("subject"), value: (r) => r.what }, { text: t("clause"), value: (r) => translated(r.clause) }, { text: t("confidence"), value: (r) => `${r.confidence}: ${confidenceText(r.confidence)}` }],
    rows,
  });
}

function period(run) {
  return run.steady ? t("steady") : `${timeText(run, run.from_s)} ~ ${timeText(run, run.to_s)}`;
}

function runs() {
  return table({
    id: "runs",
    title: t("runs of this report"),
    columns: [
      { text: t("computed case"), value: runName },
      { text: t("file of the run"), value: (r) => r.path || null },
      { text: t("period"), value: period },
      { text: t("judged by"), value: statisticName },
      { text: t("engine"), value: (r) => r.engine },
      { text: t("program"), value: (r) => `qinghe ${r.version}` },
      { text: t("source of the program"), value: (r) => r.commit, cell: (r) => h("code", {}, r.commit.slice(0, 12) + (r.commit.endsWith("-dirty") ? "-dirty" : "")) },
      { text: t("computed"), value: (r) => r.date },
      { text: t("command"), value: (r) => r.command, cell: (r) => h("code", {}, r.command) },
    ],
    rows: doc.runs,
  });
}

function thinned() {
  const said = [];
  for (const run of doc.runs) {
    const p = run.profile;
    if (p.chainage_m.length < p.cells) said.push(t("%s: profiles show %s of %s cells", runName(run), p.chainage_m.length, p.cells));
    if (p.time_s.length < p.frames) said.push(t("%s: %s of %s times", runName(run), p.time_s.length, p.frames));
    const line = run.series?.reduce((most, l) => Math.max(most, l.time_s.length), 0) ?? 0;
    if (line && line < run.samples) said.push(t("%s: series show at most %s of %s samples, peaks kept", runName(run), line, run.samples));
  }
  return said.length ? said : [t("nothing: every computed value that the figures call for is in this page")];
}

function messages(run) {
  const name = { error: t("error"), warning: t("warning"), advice: t("advice") };
  const list = run.messages.length
    ? h("ul", { class: "messages" }, run.messages.map((m) => h("li", { class: m.severity }, h("b", {}, `${name[m.severity]} `), m.file && h("code", {}, m.line ? `${m.file}:${m.line} ` : `${m.file} `), m.text)))
    : h("p", { class: "note" }, t("none"));
  return [h("h3", {}, heading(run, t("warnings and advice of the run"))), list];
}

function files(run) {
  return h("div", { class: "files" }, h("h3", {}, heading(run, t("input files as they were read"))), run.files.map((f) =>
    f.text === undefined
      ? h("p", { class: "note" }, `${f.name}: `, t("%s bytes, kept in the run's file", f.bytes))
      : h("details", {}, h("summary", {}, h("code", {}, f.name), ` ${t("%s bytes", f.bytes)}`), h("pre", {}, f.text))));
}

export function record(section) {
  const s = doc.standard;
  section.append(
    h("p", {}, `${s.code} ${isChinese() ? s.title_zh : s.title}: ${s.source}`, s.graded && `; ${s.grading.code} ${isChinese() ? s.grading.title_zh : s.grading.title}: ${s.grading.source}`),
    ...[limits()].filter(Boolean), rules(), runs(),
    ...doc.runs.flatMap(messages),
    h("h3", {}, t("left out to keep this page small")), h("ul", {}, thinned().map((text) => h("li", {}, text))));
  const notes = allNotes();
  if (notes.length) section.append(h("h3", { id: "notes" }, t("notes")), h("ol", { class: "notes" }, notes.map((n) => h("li", {}, `${translated(n.clause)}${colon()}${confidenceText(n.confidence)} (${n.confidence})`))));
  section.append(...doc.runs.map(files));
}
