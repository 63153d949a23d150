// A list that is brought up to date: what has not changed keeps its element, and of a long list only what is near the
// view is drawn whole. All items are elements from the beginning, so their number and places are told to all.

import { afterFrame } from "./dom.js";

/** Shorter lists are drawn whole at once. */
const LONG = 200;
/** So many are drawn whole before anybody has looked. */
const BEGINNING = 60;
const MARGIN = 400;

/**
 * @template T
 * @typedef {{key: (item: T) => string, shell: (item: T) => HTMLElement, furnish: (element: any, item: T) => void,
 *   same?: (one: T, other: T) => boolean}} Drawing How an item is told apart, drawn as an empty element, and drawn whole.
 */

/** @template T */
export class LongList {
  /** @param {HTMLElement} place @param {Drawing<T>} drawing */
  constructor(place, { key, shell, furnish, same = (one, other) => one === other }) {
    Object.assign(this, { place, key, shell, furnish, same });
    /** @type {Map<string, {item: T, element: HTMLElement, isWhole: boolean}>} */
    this.drawn = new Map();
    /** The drawn ones in order. @type {{item: T, element: HTMLElement, isWhole: boolean}[]} */
    this.order = [];
    /** @type {Set<Element>} */
    this.scrollers = new Set();
    this.look = afterFrame(() => this.furnishShown());
  }

  /** Draw items in their order; an item that is the same as before keeps its element. @param {T[]} items */
  draw(items) {
    const before = this.drawn;
    this.drawn = new Map();
    this.hasNew = false;
    this.order = items.map((item) => this.kept(before, item));
    for (const [key, { element }] of before) if (this.drawn.get(key)?.element !== element) element.remove();
    let next = this.place.firstElementChild;
    for (const { element } of this.order) {
      if (element === next) next = next.nextElementSibling;
      else this.place.insertBefore(element, next);
    }
    const isLong = this.order.length > LONG;
    this.place.classList.toggle("sd-long-list", isLong);
    for (const one of isLong ? this.order.slice(0, BEGINNING) : this.order) this.whole(one);
    if (isLong && this.hasNew) this.look(); // what came in the place of another is as whole as that was
  }

  /** Take an item's element over, or make a new one. */
  kept(before, item) {
    const key = this.key(item);
    const known = before.get(key);
    const one = known && this.same(known.item, item) ? known : { item, element: this.shell(item), isWhole: false };
    if (!known) this.hasNew = true;
    else if (known !== one && known.isWhole) this.whole(one);
    if (known && known !== one && known.element.contains(document.activeElement)) {
      const at = controlsOf(known.element).indexOf(document.activeElement);
      known.element.replaceWith(one.element);
      (controlsOf(one.element)[at] ?? one.element).focus({ preventScroll: true });
    }
    one.item = item;
    this.drawn.set(key, one);
    return one;
  }

  /** Draw an item whole. */
  whole(one) {
    if (one.isWhole) return;
    one.isWhole = true;
    this.furnish(one.element, one.item);
  }

  /** Return the element of an item, drawn whole. @param {string} key @returns {HTMLElement | null} */
  elementOf(key) {
    const one = this.drawn.get(key);
    if (one) this.whole(one);
    return one?.element ?? null;
  }

  /** Draw whole what is in view, or nearly so. */
  furnishShown() {
    if (this.order.length <= LONG) return;
    const scrollers = scrollersOf(this.place);
    this.follow(scrollers);
    const boxes = scrollers.map((one) => one.getBoundingClientRect());
    const top = Math.max(...boxes.map((box) => box.top)) - MARGIN;
    const bottom = Math.min(...boxes.map((box) => box.bottom)) + MARGIN;
    if (scrollers.length === 0 || !this.place.offsetParent) return;
    for (let i = this.firstUnder(top); i < this.order.length; i += 1) {
      const one = this.order[i];
      if (one.element.getBoundingClientRect().top > bottom) break;
      this.whole(one);
    }
  }

  /** Return the first item that ends under a height of the screen. @param {number} top */
  firstUnder(top) {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if (this.order[half].element.getBoundingClientRect().bottom < top) low = half + 1;
      else high = half;
    }
    return low;
  }

  /** Look again when what the list scrolls in is scrolled or sized. @param {Element[]} scrollers */
  follow(scrollers) {
    for (const one of scrollers) {
      if (this.scrollers.has(one)) continue;
      this.scrollers.add(one);
      one.addEventListener("scroll", this.look, { passive: true });
      this.sizes ??= new ResizeObserver(this.look);
      this.sizes.observe(one);
    }
  }
}

/** Return all that an element scrolls in. @param {Element} element @returns {Element[]} */
function scrollersOf(element) {
  const found = [];
  for (let one = /** @type {Element | null} */ (element); one && !one.matches(".sd-root"); one = one.parentElement)
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) found.push(one);
  return found;
}

/** Return what can have the keyboard: an element and what is in it. @param {any} element @returns {any[]} */
function controlsOf(element) {
  return [element, ...element.querySelectorAll("button, input, select, [tabindex]")];
}
