// The page as Markdown with its pictures inside, for those who must edit: pandoc makes a Word file of it. It is read off
// the page itself, so that both say the same.
import { download, h } from "./dom.js";
import { doc } from "./data.js";
import { onPaper, pictureOf } from "./figure.js";
import { t } from "./texts.js";

const escaped = (text) => text.replace(/\s+/g, " ").trim().replace(/[\\`*_{}[\]<>#|~]/g, "\\$&");
const textOf = (element) => escaped(element.innerText);

function table(section) {
  const rows = [...section.querySelectorAll("tr")].map((row) => [...row.cells]);
  const line = (cells) => `| ${cells.map((cell) => textOf(cell) || " ").join(" | ")} |`;
  const rule = `|${rows[0].map((cell) => (cell.classList.contains("right") ? " ---: " : " --- ")).join("|")}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n");
}

// Items, those of a list inside one indented below it.
function list(element, indent = "") {
  return [...element.children].map((item) => {
    const own = item.cloneNode(true);
    for (const inner of own.querySelectorAll("ul, ol")) inner.remove();
    const mark = element.tagName === "OL" ? "1. " : "- ";
    const inner = [...item.querySelectorAll("ul, ol")].map((l) => `\n${list(l, `${indent}    `)}`).join("");
    // A copy is not laid out: its text is all that it holds.
    return `${indent}${mark}${escaped(own.textContent)}${inner}`;
  }).join("\n");
}

const note = (element) => [...element.querySelectorAll(":scope > .note")].map((n) => escaped(onPaper(n))).filter(Boolean);

function blocks(element) {
  if (element.matches(".controls, .legend, .files, .screen, .actions, .print-only")) return [];
  if (element.matches("h1, h2, h3")) return [`${"#".repeat(Number(element.tagName[1]))} ${textOf(element)}`];
  if (element.matches("figure")) return [`![${textOf(element.querySelector("figcaption b"))}](${pictureOf(element)})`, ...note(element)];
  if (element.matches(".table")) return [`**${textOf(element.querySelector(".caption b"))}**`, table(element), ...note(element)];
  if (element.matches("table")) return [table(element)];
  if (element.matches("ul, ol")) return [list(element)];
  if (element.matches("p, dl")) return [textOf(element)].filter(Boolean);
  return [...element.children].flatMap(blocks);
}

export function markdownButton() {
  const save = () => {
    // The text of a table that was never seen is not laid out yet.
    for (const far of document.querySelectorAll(".table")) far.style.contentVisibility = "visible";
    const parts = [document.querySelector("header"), ...document.querySelectorAll("main > section")].flatMap(blocks);
    download(`${doc.runs[0].case}.md`, new Blob([parts.join("\n\n") + "\n"], { type: "text/markdown;charset=utf-8" }));
  };
  return h("button", { type: "button", id: "markdown", title: t("for editing; pandoc makes a Word file of it"), onclick: save }, "Markdown");
}
