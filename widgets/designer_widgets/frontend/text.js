// Text that fits: names are cut with an ellipsis where a card ends.

/** @type {Map<string, string>} */
const cutTexts = new Map();
/** @type {CanvasRenderingContext2D | null} */
let measuring = null;

/** Return the width of a text in a CSS font. @param {string} text @param {string} font */
export function textWidth(text, font) {
  measuring ??= document.createElement("canvas").getContext("2d");
  if (!measuring) return text.length * 7;
  measuring.font = font;
  return measuring.measureText(text).width;
}

/**
 * Return a text, or as much of its beginning as fits, with an ellipsis.
 * @param {string} text @param {string} font @param {number} width
 */
export function cutText(text, font, width) {
  const key = `${font}|${Math.round(width)}|${text}`;
  const known = cutTexts.get(key);
  if (known !== undefined) return known;
  let low = 0;
  let high = text.length;
  if (textWidth(text, font) > width) {
    while (low < high) {
      const half = Math.ceil((low + high) / 2);
      if (textWidth(`${text.slice(0, half)}…`, font) <= width) low = half;
      else high = half - 1;
    }
    text = `${text.slice(0, low)}…`;
  }
  if (cutTexts.size > 20000) cutTexts.clear();
  cutTexts.set(key, text);
  return text;
}

/** Return "1 table", "2 tables". @param {number} count @param {string} noun @param {string} [plural] */
export function counted(count, noun, plural = `${noun}s`) {
  const digits = count < 1000 ? String(count) : count.toLocaleString("en"); // which is slow, and called thousands of times
  return `${digits} ${count === 1 ? noun : plural}`;
}
