// Types as they are typed: the name, a size in brackets, brackets of an array. Pure.

import { rankEntries } from "./palette_rank.js";

const AS_TYPED = /^(.*?)\s*(\([^)]*\)?)?\s*((?:\[\d*\]?)*)\s*$/s;

/** Take what is typed of a type apart. @param {string} typed */
export function typeParts(typed) {
  const [, base = "", size = "", array = ""] = AS_TYPED.exec(typed) ?? [];
  return { base: base.trim(), size, array };
}

/** The words by which a type may be looked for beside its name. @param {string} hint */
function otherWords(hint) {
  return hint.replace(/^[\w ]+ of this design:?/, "");
}

/**
 * Return the types that could be meant, the best first. A size or an array that is typed already stays; of an offered
 * size the digits are selected, to be typed over.
 * @param {{name: string, hint: string}[]} types @param {string} typed
 * @returns {{text: string, hint?: string, select?: [number, number]}[]}
 */
export function typeOffers(types, typed) {
  const { base, size, array } = typeParts(typed);
  const brackets = array ? "[]" : "";
  const entries = types.map(({ name, hint }, place) => ({ title: name, more: otherWords(hint), weight: -place / 20, name, hint }));
  const found = rankEntries(entries, base, 40).map(({ name, hint }) => {
    const own = typeParts(name);
    const text = (size ? own.base + (size.endsWith(")") ? size : `${size})`) : name) + brackets;
    const digits = size ? null : /\((\d+)/.exec(text);
    return {
      text,
      hint: hint.split(";")[0],
      ...(digits ? { select: /** @type {[number, number]} */ ([digits.index + 1, digits.index + 1 + digits[1].length]) } : {}),
    };
  });
  const isKnown = types.some(({ name }) => typeParts(name).base === base.toLowerCase());
  if (isKnown && !array) found.splice(3, 0, { text: `${base}${size}[]`, hint: "an array of it" });
  return found.filter((one, index) => one.text !== typed && found.findIndex((other) => other.text === one.text) === index);
}
