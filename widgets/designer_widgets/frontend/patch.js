// Documents brought up to date: the kernel tells what has changed in them, not all of them again.

/**
 * @typedef {{set: Record<string, any>, gone: string[],
 *   items: Record<string, {by: string, put: any[], order?: string[]}>, spliced: Record<string, [number, number, string[]]>}} Patch
 */

/**
 * Return the document that a patch leads to; what has not changed is the same object as before.
 * @param {Record<string, any>} document @param {Patch} patch
 */
export function patched(document, patch) {
  const after = { ...document, ...patch.set };
  for (const name of patch.gone) delete after[name];
  for (const [name, { by, put, order }] of Object.entries(patch.items)) {
    const items = new Map(after[name].map((one) => [one[by], one]));
    const keys = order ?? [...items.keys()];
    for (const one of put) items.set(one[by], one);
    after[name] = keys.map((key) => items.get(key));
  }
  for (const [name, [start, length, pieces]] of Object.entries(patch.spliced))
    after[name] = [...after[name].slice(0, start), ...pieces, ...after[name].slice(start + length)];
  return after;
}
