// A numbered table that is downloaded as CSV: UTF-8 with a byte order mark, by which spreadsheets know it.
// Columns: { text, unit, align ("right", "nowrap"), value(row) for the CSV, cell(row) for the page where it differs }.
import { download, h } from "./dom.js";
import { doc, number } from "./data.js";
import { sentence, t } from "./texts.js";

const MOST_ROWS = 400; // on the page; the CSV has all
let count = 0;
export const clearTables = () => { count = 0; };

const field = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function save(name, columns, rows) {
  const head = columns.map((c) => field(c.unit ? `${c.text} (${c.unit})` : c.text)).join(",");
  const lines = rows.map((row) => columns.map((c) => field(c.value(row))).join(","));
  download(name, new Blob(["\ufeff" + [head, ...lines].join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
}

const plain = (value) => (typeof value === "number" ? number(value) : (value ?? "–"));

export function table({ id, title, columns, rows, csv = {}, note }) {
  const caption = `${t("Table %s", ++count)}\u2003${sentence(title)}`;
  const body = rows.slice(0, MOST_ROWS).map((row) =>
    h("tr", {}, columns.map((c, i) => {
      const value = c.cell ? c.cell(row) : plain(c.value(row));
      return h(i === 0 ? "th" : "td", { scope: i === 0 && "row", class: c.align }, value);
    })));
  const button = h("button", {
    type: "button",
    "aria-label": `${t("save as %s", "CSV")}: ${title}`,
    onclick: () => save(`${doc.runs[0].case}-${id}.csv`, csv.columns ?? columns, csv.rows ?? rows),
  }, "CSV");
  // A long table is laid out when it comes into view: until then its height is a guess.
  const far = body.length > 60 ? { contentVisibility: "auto", containIntrinsicSize: `auto ${90 + 28 * body.length}px` } : {};
  return h("section", { class: "table", id: `table-${id}`, style: far },
    h("div", { class: "caption" }, h("span", {}, h("b", {}, caption)), h("span", { class: "tools" }, button)),
    h("div", { class: "scroll" },
      h("table", { "aria-label": title },
        h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col", class: c.align }, c.text, c.unit && h("span", { class: "unit" }, ` ${c.unit}`))))),
        h("tbody", {}, body))),
    rows.length > MOST_ROWS && h("p", { class: "note" }, t("The first %s of %s rows; the CSV has all.", MOST_ROWS, rows.length)),
    note && h("p", { class: "note" }, note));
}
