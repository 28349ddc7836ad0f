// Elements in one call: h("p", { class: "note" }, "text", child). Text is only ever text, never markup.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

export function download(name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// One choice of several: a labelled list.
export function select(label, options, value, onchange) {
  const list = h("select", { onchange: () => onchange(list.value) });
  for (const [key, text] of options) list.append(h("option", { value: key, selected: String(key) === String(value) }, text));
  return h("label", { class: "choice" }, h("span", {}, label), list);
}
