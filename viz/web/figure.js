// A figure: numbered, with its caption, saved as PNG or SVG, drawn again when the window, the language or the print
// changes its size. `option(size)` gives ECharts its option; `height(width)` the height in px.
import { download, h } from "./dom.js";
import { doc } from "./data.js";
import { FONT, open } from "./charts.js";
import { sentence, t } from "./texts.js";

const PRINT_WIDTH = 688; // px, A4 without its margins
const HEAD = 46; // px above a saved figure, for its title

let figures = [];
export function clearFigures() {
  for (const f of figures) f.chart?.dispose();
  figures = [];
}

const escaped = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
const caseName = () => doc.runs[0].title || doc.runs[0].case;

// Text of an element without what only the screen needs.
export function onPaper(element) {
  const copied = element.cloneNode(true);
  for (const part of copied.querySelectorAll(".screen")) part.remove();
  return copied.textContent.trim();
}

// The caption in lines of at most `width` px; Chinese breaks anywhere, other text between words.
function lines(text, width) {
  const pen = h("canvas", {}).getContext("2d");
  pen.font = `11px ${FONT}`;
  const list = [""];
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    if (pen.measureText(list[list.length - 1] + piece).width > width) list.push("");
    list[list.length - 1] += piece;
  }
  return list.filter((line) => line.trim());
}

// A chart of the same content that nobody sees, for saving.
function copy(figure, renderer, use) {
  const element = h("div", { style: { position: "absolute", left: "-10000px" } });
  document.body.append(element);
  const size = { width: 1000, height: figure.height(1000) };
  const chart = open(element, size.width, size.height, renderer);
  chart.setOption({ ...figure.option(size), dataZoom: undefined });
  try {
    use(chart, size);
  } finally {
    chart.dispose();
    element.remove();
  }
}

function saveSvg(figure) {
  copy(figure, "svg", (chart, size) => {
    const foot = lines(onPaper(figure.note), size.width - 28);
    const height = size.height + HEAD + 16 * foot.length + 8;
    const inner = chart.renderToSVGString().replace(/^<svg/, `<svg y="${HEAD}"`);
    const head = `<text x="14" y="20" font-size="15" font-weight="600">${escaped(figure.title)}</text><text x="14" y="38" font-size="11" fill="#5a6675">${escaped(caseName())}</text>`;
    const below = foot.map((line, i) => `<text x="14" y="${size.height + HEAD + 12 + 16 * i}" font-size="11" fill="#5a6675">${escaped(line)}</text>`).join("");
    const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" viewBox="0 0 ${size.width} ${height}" font-family="${FONT}" fill="#1b2a41"><rect width="100%" height="100%" fill="#fff"/>${head}${inner}${below}</svg>`;
    download(`${doc.runs[0].case}-${figure.id}.svg`, new Blob([text], { type: "image/svg+xml" }));
  });
}

// The figure with its title on a canvas that nobody sees.
function paint(figure, use) {
  copy(figure, "canvas", (chart, size) => {
    const scale = 2.5;
    const drawn = chart.renderToCanvas({ pixelRatio: scale, backgroundColor: "#ffffff" });
    const foot = lines(onPaper(figure.note), size.width - 28);
    const canvas = h("canvas", { width: size.width * scale, height: (size.height + HEAD + 16 * foot.length + 8) * scale });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.scale(scale, scale);
    pen.fillStyle = "#1b2a41";
    pen.font = `600 15px ${FONT}`;
    pen.fillText(figure.title, 14, 20);
    pen.fillStyle = "#5a6675";
    pen.font = `11px ${FONT}`;
    pen.fillText(caseName(), 14, 38);
    foot.forEach((line, i) => pen.fillText(line, 14, size.height + HEAD + 12 + 16 * i));
    pen.drawImage(drawn, 0, HEAD, size.width, size.height);
    use(canvas);
  });
}
const savePng = (figure) => paint(figure, (canvas) => canvas.toBlob((blob) => download(`${doc.runs[0].case}-${figure.id}.png`, blob), "image/png"));

// The picture of a figure's element, as an address that holds it.
export function pictureOf(element) {
  let address = "";
  paint(figures.find((f) => f.element === element), (canvas) => { address = canvas.toDataURL("image/png"); });
  return address;
}

// `others(add)` calls add(title) once an item that is not shown, with that item chosen.
export function figure({ id, title, caption, label, height, option, onclick, others, renderer = "svg" }) {
  const number = figures.length + 1;
  const canvas = h("div", { class: "chart", role: "img", "aria-label": label ?? title, tabindex: "0" });
  const self = { id, title: `${t("Figure %s", number)}\u2003${sentence(title)}`, height, option, chart: null };
  const heading = h("span", {}, h("b", {}, self.title));
  const note = h("p", { class: "note" }, caption ?? []);
  const element = h("figure", { class: "figure", id: `figure-${id}` },
    h("figcaption", {}, heading,
      h("span", { class: "tools" },
        h("button", { type: "button", onclick: () => savePng(self), "aria-label": `${t("save as %s", "PNG")}: ${title}` }, "PNG"),
        h("button", { type: "button", onclick: () => saveSvg(self), "aria-label": `${t("save as %s", "SVG")}: ${title}` }, "SVG"))),
    canvas, note);
  self.canvas = canvas;
  self.note = note;
  const draw = (width = widthOf(self)) => {
    const size = { width, height: self.height(width) };
    canvas.style.height = `${size.height}px`;
    if (self.chart) self.chart.resize(size);
    else self.chart = open(canvas, size.width, size.height, renderer);
    self.chart.setOption(self.option(size), { notMerge: true });
  };
  // Titles change with the item that is shown.
  self.retitle = (text) => {
    self.title = `${t("Figure %s", number)}\u2003${sentence(text)}`;
    heading.firstChild.textContent = self.title;
    canvas.setAttribute("aria-label", text);
  };
  // On paper nothing can be chosen: the same figure of the other items follows it.
  const more = h("div", { class: "print-only" });
  element.append(more);
  self.fillPrint = () => others?.((text) => {
    const size = { width: PRINT_WIDTH, height: self.height(PRINT_WIDTH) };
    const box = h("div", { style: { position: "absolute", left: "-10000px" } });
    document.body.append(box);
    const chart = open(box, size.width, size.height, "svg");
    chart.setOption({ ...self.option(size), dataZoom: undefined });
    // Inline: a picture would not have been loaded by the time of the print.
    const image = new DOMParser().parseFromString(chart.renderToSVGString(), "image/svg+xml").documentElement;
    more.append(h("div", { class: "figure" }, h("div", { class: "caption" }, h("b", {}, `${t("Figure %s", number)}\u2003${sentence(text)}`)), image));
    chart.dispose();
    box.remove();
  });
  self.clearPrint = () => more.replaceChildren();
  self.draw = draw;
  self.start = (width) => {
    draw(width);
    if (onclick) self.chart.on("click", onclick);
  };
  self.element = element;
  figures.push(self);
  return self;
}

// All figures are as wide as the page: measured once, since each measuring lays the whole page out.
const widthOf = (f) => f?.canvas.clientWidth || 980;
const SLOW = 1500; // reaches, from which on a figure takes so long that the others wait until it is seen
export function startFigures() {
  const width = widthOf(figures[0]);
  const [first, ...rest] = figures;
  first?.start(width);
  if (doc.network.reaches.length < SLOW) return rest.forEach((f) => f.start(width));
  const next = () => {
    const f = rest.shift();
    if (!f || !figures.includes(f)) return; // done, or drawn anew in another language
    if (!f.chart) f.start(width);
    setTimeout(next);
  };
  setTimeout(next, 50);
}
export function redraw(width = widthOf(figures[0])) {
  figures.forEach((f) => f.chart && f.draw(width));
}

let pending = 0;
window.addEventListener("resize", () => {
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => redraw());
});
window.addEventListener("beforeprint", () => {
  for (const f of figures) if (!f.chart) f.start(PRINT_WIDTH);
  redraw(PRINT_WIDTH);
  for (const f of figures) {
    f.clearPrint();
    f.fillPrint();
  }
});
window.addEventListener("afterprint", () => {
  for (const f of figures) f.clearPrint();
  redraw();
});
