// Where each number of a rule comes from, and how surely. What was not read in its own document carries a mark, which
// the last part of the report explains.
import { h } from "./dom.js";
import { t } from "./texts.js";

let notes = [];
export const clearNotes = () => { notes = []; };
export const allNotes = () => notes;

export function mark(clause, confidence) {
  if (!clause || confidence === "V") return "";
  let index = notes.findIndex((n) => n.clause === clause && n.confidence === confidence);
  if (index < 0) index = notes.push({ clause, confidence }) - 1;
  return h("sup", {}, h("a", { href: "#notes" }, `[${index + 1}]`));
}

export function confidenceText(confidence) {
  switch (confidence) {
    case "V": return t("verified in the document itself");
    case "V2": return t("read in a secondary source, not in the document itself");
    case "M+": return t("from working knowledge, well known; not checked against the document");
    case "M~": return t("from working knowledge, fairly sure; not checked against the document");
    default: return t("from working knowledge, unsure; check it against the document");
  }
}
