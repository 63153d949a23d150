// Ranking of what is looked for: letters in their order, better at beginnings of words and together.

/**
 * Return how well a text fits what is typed: higher is better, `-1` if it does not.
 * @param {string} text @param {string} typed
 */
export function fuzzyScore(text, typed) {
  const wanted = typed.toLowerCase().trim();
  if (wanted === "") return 0;
  const low = text.toLowerCase();
  if (low === wanted) return 1000;
  const scores = wanted.split(/\s+/).map((word) => wordScore(text, low, word));
  return scores.includes(-1) ? -1 : scores.reduce((sum, one) => sum + one, 0) / scores.length - text.length / 200;
}

/** @param {string} text @param {string} low @param {string} word */
function wordScore(text, low, word) {
  const at = low.indexOf(word);
  if (at === 0) return 600;
  if (at > 0) return isStart(text, at) ? 500 : 350;
  let [place, score, run] = [-1, 0, 0];
  for (const letter of word) {
    const next = low.indexOf(letter, place + 1);
    if (next < 0 || (place < 0 && !isStart(text, next))) return -1;
    run = next === place + 1 ? run + 1 : 0;
    score += run * 4 + (isStart(text, next) ? 14 : 0) - Math.min(6, next - place - 1);
    place = next;
  }
  return 100 + score;
}

/** @param {string} text @param {string} typed */
function holdsAll(text, typed) {
  const low = text.toLowerCase();
  return typed.toLowerCase().trim().split(/\s+/).every((word) => low.includes(word));
}

/** Whether a word begins at a place of a text. @param {string} text @param {number} at */
function isStart(text, at) {
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1]) || (/\p{Lu}/u.test(text[at]) && !/\p{Lu}/u.test(text[at - 1]));
}

/**
 * Return the entries that fit, the best first; equal ones keep their order.
 * @template {{title: string, more?: string, weight?: number}} T
 * @param {T[]} entries @param {string} typed @param {number} [most]
 * @returns {T[]}
 */
export function rankEntries(entries, typed, most = 60) {
  const ranked = [];
  for (const entry of entries) {
    let score = fuzzyScore(entry.title, typed);
    if (score < 0 && entry.more && holdsAll(`${entry.title} ${entry.more}`, typed)) score = 60;
    if (score >= 0) ranked.push({ entry, score: score + (entry.weight ?? 0) });
  }
  ranked.sort((a, b) => b.score - a.score);
  return ranked.slice(0, most).map(({ entry }) => entry);
}
