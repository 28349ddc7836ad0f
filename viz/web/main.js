// The page: its parts in the order in which a panel reads them. A change of language draws all of it anew.
import { doc, runName, state, change } from "./data.js";
import { h } from "./dom.js";
import { colon, isChinese, lang, setLanguage, t } from "./texts.js";
import { clearFigures, startFigures } from "./figure.js";
import { clearTables, table } from "./table.js";
import { clearNotes } from "./clauses.js";
import { permitPart } from "./permit.js";
import { verdict } from "./verdict.js";
import { map } from "./map.js";
import { markdownButton } from "./markdown.js";
import { profile } from "./profile.js";
import { series } from "./series.js";
import { calendar } from "./calendar.js";
import { attainment } from "./attainment.js";
import { sources } from "./sources.js";
import { trace } from "./trace.js";
import { capacity } from "./capacity.js";
import { plan } from "./plan.js";
import { ecoflow } from "./ecoflow.js";
import { reservoirs } from "./reservoirs.js";
import { budget, record } from "./record.js";

function header() {
  const run = doc.runs[0];
  const asked = doc.permit?.proposal;
  const kind = asked ? t("evaluation of an outfall before its permit") : t("water quality report");
  const title = asked ? asked.title || asked.name : run.title || run.case;
  document.title = `${title} – ${kind}`;
  const standard = `${doc.standard.code} ${isChinese() ? doc.standard.title_zh : doc.standard.title}`;
  return h("header", {},
    h("div", { class: "actions" },
      h("label", { class: "choice" }, h("input", { type: "checkbox", id: "safe-colors", checked: state.safe, onchange: (e) => { change({ safe: e.target.checked }); start(lang()); document.getElementById("safe-colors").focus(); } }), h("span", {}, t("colours for the colour-blind"))),
      h("button", { type: "button", id: "language", lang: isChinese() ? "en" : "zh-CN", onclick: () => { start(isChinese() ? "en" : "zh"); document.getElementById("language").focus(); } }, isChinese() ? "English" : "中文"),
      markdownButton(),
      h("button", { type: "button", onclick: () => window.print() }, t("print"))),
    h("p", { class: "kind" }, kind),
    h("h1", {}, title),
    (asked?.note || run.note) && h("p", { class: "case-note" }, asked?.note || run.note),
    asked && h("p", { class: "note" }, `${t("River")}${colon()}${run.title || run.case}`),
    h("p", { class: "note" }, t("Standard: %s. Computed by qinghe %s.", standard, doc.program.version), doc.runs.length > 1 && ` ${t("Runs: %s.", doc.runs.map(runName).join(t("; ")))}`));
}

function start(language) {
  clearFigures();
  clearTables();
  clearNotes();
  state.listeners.clear();
  setLanguage(language, doc.zh);
  const parts = [
    ["permit", t("Evaluation of the outfall"), permitPart],
    ["verdict", doc.permit ? t("Verdict on the river") : t("Verdict"), (s) => verdict(s, table)],
    ["map", t("Network"), map],
    ["profile", t("Longitudinal profile"), profile],
    ["series", t("Series at the sections"), series],
    ["attainment", t("Attainment by section and item"), (s) => { calendar(s); attainment(s); }],
    ["sources", t("Sources and loads"), sources],
    ["trace", t("Who brings how much"), trace],
    ["capacity", t("Permissible loads"), capacity],
    ["plan", t("Plan of cuts"), plan],
    ["ecoflow", t("Ecological flow and withdrawals"), ecoflow],
    ["reservoirs", t("Reservoirs"), reservoirs],
    ["budget", t("Mass budget"), budget],
    ["record", t("Basis: clauses, runs, messages, inputs"), record],
  ];
  const links = h("ul", {});
  const main = h("main", { id: "content" });
  let number = 0;
  for (const [id, title, fill] of parts) {
    const section = h("section", { id, class: "part", "aria-labelledby": `title-${id}` });
    const heading = h("h2", { id: `title-${id}` });
    section.append(heading);
    if (fill(section) === false) continue; // nothing of that kind in these runs
    number++;
    heading.textContent = `${number}\u2003${title}`;
    links.append(h("li", {}, h("a", { href: `#${id}` }, title)));
    main.append(section);
  }
  document.getElementById("page").replaceChildren(
    h("a", { class: "skip", href: "#content" }, t("to the content")), header(), h("nav", { "aria-label": t("contents") }, links), main,
    h("footer", {}, h("p", { class: "note" }, t("Made by qinghe %s (%s). Figures drawn by Apache ECharts (Apache-2.0).", doc.program.version, doc.program.commit.slice(0, 12)))));
  startFigures();
}

start(doc.lang);
