// Names in scripts that are written from right to left, within SQL that is not.

import { html } from "./dom.js";

const FROM_RIGHT = /([\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}][\p{L}\p{M}\p{N}_]*)/u;

/** Return a text in pieces, with what is written from right to left kept from turning the signs beside it. @param {string} text @returns {(string | Node)[]} */
export function isolated(text) {
  return text.split(FROM_RIGHT).map((piece, place) => (place % 2 ? html("bdi", {}, piece) : piece));
}
