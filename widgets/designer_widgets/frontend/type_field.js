// Fields of types: they offer what this design and this server have.

import { combobox } from "./combobox.js";
import { textInput } from "./field.js";
import { typeOffers } from "./type_words.js";

const TYPE_TRIES = 8;
const TYPE_PAUSE = 500;

/** @typedef {{name: string, hint: string}} TypeOffer */

/** @type {WeakMap<object, {revision: number, types: TypeOffer[], isKnown: boolean, isAsked: boolean}>} */
const knownTypes = new WeakMap();

/** Learn the types of the design and the server, and say when there are more. @param {import("./store.js").Store} store @param {() => void} learned */
function learnTypes(store, learned, tries = TYPE_TRIES) {
  const revision = store.get("history").revision ?? 0;
  const known = knownTypes.get(store);
  if (known?.isAsked || (known?.revision === revision && known.isKnown)) return;
  const asked = { revision, types: known?.types ?? [], isKnown: false, isAsked: true };
  knownTypes.set(store, asked);
  store
    .send({ kind: "offer_types" })
    .then((answer) => {
      Object.assign(asked, { types: answer.types, isKnown: answer.is_known, isAsked: false });
      learned();
      if (!answer.is_known && tries > 0) setTimeout(() => learnTypes(store, learned, tries - 1), TYPE_PAUSE);
    })
    .catch(() => knownTypes.delete(store));
}

/**
 * Return a text input that offers types.
 * @param {import("./store.js").Store} store @param {Parameters<typeof textInput>[0]} options
 */
export function typeInput(store, options) {
  const input = textInput(options);
  const box = combobox(input, {
    label: "Types",
    offers: (typed) => typeOffers(knownTypes.get(store)?.types ?? [], typed),
    opened: () => learnTypes(store, () => box.refresh()),
  });
  return input;
}
