// Elements of the page. Text reaches the page only through textContent and attributes, never as markup.

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * @typedef {string | number | null | undefined | false | Node} Child
 * @typedef {Record<string, any>} Properties
 */

/**
 * Return a new HTML element. `on…` properties become listeners, `data` becomes data attributes, others attributes.
 * @param {string} tag
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function html(tag, properties = {}, ...children) {
  return furnish(document.createElement(tag), properties, children);
}

/**
 * Return a new SVG element.
 * @param {string} tag
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function svg(tag, properties = {}, ...children) {
  return furnish(document.createElementNS(SVG_NAMESPACE, tag), properties, children);
}

/**
 * @param {Element} element
 * @param {Properties} properties
 * @param {(Child | Child[])[]} children
 */
function furnish(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(/** @type {any} */ (element).dataset, value);
    else if (name === "value") /** @type {any} */ (element).value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/**
 * Append children; what is null, undefined or false is left out.
 * @param {Element} parent
 * @param {(Child | Child[])[]} children
 */
export function append(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Replace all children of an element.
 * @param {Element} parent
 * @param {...(Child | Child[])} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/**
 * Return an id that no other element of the page has, for labels and descriptions.
 * @param {string} stem
 */
export function uniqueId(stem) {
  uniqueId.last += 1;
  return `sd-${stem}-${uniqueId.last}`;
}
uniqueId.last = 0;

/**
 * Return a button with a visible label, an icon, or both. `title` is its accessible name and tooltip.
 * @param {{label?: string, icon?: Node, title?: string, kind?: string,
 *   onclick: (event: MouseEvent) => void} & Properties} options
 */
export function button({ label, icon, title, kind = "plain", onclick, ...rest }) {
  return html(
    "button",
    {
      type: "button",
      class: `sd-button sd-button-${kind}`,
      title: title ?? label,
      "aria-label": title ?? label,
      onclick,
      ...rest,
    },
    icon,
    label ? html("span", {}, label) : null,
  );
}

/**
 * Return a function that calls another one once when the next frame is on the screen: to ask for places and sizes
 * costs nothing then, as nothing has changed since they were laid out.
 * @param {() => void} callback
 * @returns {() => void}
 */
export function afterFrame(callback) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        waiting = false;
        callback();
      }),
    );
  };
}

/**
 * Call a function at most once per frame of the page.
 * @param {() => void} callback
 * @returns {() => void}
 */
export function oncePerFrame(callback) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      callback();
    });
  };
}
