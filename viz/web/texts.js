// The two languages. A text of the page is its English; the document brings the Chinese of each, from the catalogue of
// the whole program.
let language = "en";
let chinese = {};

export function setLanguage(lang, texts) {
  language = lang;
  chinese = texts;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
}

export const lang = () => language;
export const isChinese = () => language === "zh";

// The text in the reader's language, each %s replaced by the next argument.
export function t(english, ...values) {
  const text = language === "zh" ? (chinese[english] ?? english) : english;
  return text.replace(/%s/g, () => String(values.shift() ?? ""));
}

// A text that another part of the program named, such as the title of a rule.
export const translated = (english) => (language === "zh" ? (chinese[english] ?? english) : english);

// With a capital, as a title begins.
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const colon = () => (language === "zh" ? "：" : ": ");
