// Choices that several figures share: what one changes, all show.
import { select } from "./dom.js";
import { change, doc, itemName, state } from "./data.js";
import { t } from "./texts.js";

export function itemSelect() {
  const choice = select(t("item"), doc.constituents.map((c) => [c.name, itemName(c.name)]), state.item, (item) => change({ item }));
  state.listeners.add(() => { choice.querySelector("select").value = state.item; });
  return choice;
}
