// Which names fit on a map beside each other. Pure.

/** How wide a letter is, in parts of the size, and the room around a name. */
const NAME_LETTER = 0.6;
const NAME_ROOM = 0.5;
/** More names than this are no help. */
const MOST_NAMES = 140;

/**
 * @typedef {{text: string, size: number, x: number, y: number, colour?: string}} MapName
 */

/**
 * Return the names that cover none before them; each stands around its middle.
 * @param {MapName[]} wanted The most important first.
 * @returns {MapName[]}
 */
export function placeNames(wanted) {
  /** @type {{left: number, right: number, top: number, bottom: number}[]} */
  const taken = [];
  return wanted.filter(({ text, size, x, y }) => {
    if (taken.length >= MOST_NAMES) return false;
    const half = halfOf(text, size);
    const box = { left: x - half, right: x + half, top: y - size, bottom: y + size };
    const isFree = !taken.some(
      (one) => box.left < one.right && one.left < box.right && box.top < one.bottom && one.top < box.bottom,
    );
    if (isFree) taken.push(box);
    return isFree;
  });
}

/**
 * Return a name moved sideways until it stands within a frame, if it fits there.
 * @param {MapName} name @param {{x: number, width: number} | undefined} frame
 * @returns {MapName}
 */
export function keptInside(name, frame) {
  const half = halfOf(name.text, name.size);
  if (!frame || 2 * half > frame.width) return name;
  return { ...name, x: Math.min(Math.max(name.x, frame.x + half), frame.x + frame.width - half) };
}

/** @param {string} text @param {number} size */
function halfOf(text, size) {
  return (text.length * NAME_LETTER * size) / 2 + NAME_ROOM * size;
}
