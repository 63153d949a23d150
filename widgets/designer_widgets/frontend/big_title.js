// A title that fills its card: broken into lines at its joints where that makes it larger. Pure.

const MOST_LINES = 3;
/** How wide a letter is, and how high a line, in parts of the size. */
const LETTER = 0.7;
const LINE = 1.12;

/** @type {Map<string, {lines: string[], longest: number}[]>} */
const brokenTitles = new Map();

/**
 * Return the size and the lines of a title on a card, as large as it fits but not larger than wanted.
 * @param {string} title @param {{width: number, height: number}} room @param {number} wanted @param {number} least
 * @returns {{size: number, lines: string[]}}
 */
export function bigTitle(title, room, wanted, least) {
  let best = { size: 0, lines: [title] };
  for (const { lines, longest } of waysToBreak(title)) {
    const size = Math.min(wanted, room.width / (LETTER * longest), room.height / (LINE * lines.length));
    if (size > best.size * 1.05) best = { size, lines };
  }
  return { size: Math.round(Math.max(best.size, least)), lines: best.size < least ? [title] : best.lines };
}

/** Return where the lines of a size stand around a middle. @param {number} count @param {number} size @param {number} middle */
export function lineMiddles(count, size, middle) {
  return Array.from({ length: count }, (_, i) => Math.round((middle + (i - (count - 1) / 2) * size * LINE) * 10) / 10);
}

/** Return the best ways to break a title, the fewest lines first. @param {string} title */
function waysToBreak(title) {
  const known = brokenTitles.get(title);
  if (known) return known;
  const pieces = title.match(/[^_\s.-]+[_\s.-]*|[_\s.-]+/g) ?? [title];
  const ways = Array.from({ length: Math.min(MOST_LINES, pieces.length) }, (_, i) => {
    const lines = brokenInto(pieces, i + 1);
    return { lines, longest: Math.max(4, ...lines.map((line) => line.length)) };
  });
  if (brokenTitles.size > 5000) brokenTitles.clear();
  brokenTitles.set(title, ways);
  return ways;
}

/** Put pieces together to so many lines that the longest is as short as it can be. @param {string[]} pieces @param {number} count @returns {string[]} */
function brokenInto(pieces, count) {
  if (count === 1) return [pieces.join("")];
  let best = /** @type {string[]} */ ([]);
  let least = Infinity;
  for (let cut = 1; cut <= pieces.length - count + 1; cut += 1) {
    const lines = [pieces.slice(0, cut).join(""), ...brokenInto(pieces.slice(cut), count - 1)];
    const longest = Math.max(...lines.map((line) => line.length));
    if (longest < least) [least, best] = [longest, lines];
  }
  return best;
}
