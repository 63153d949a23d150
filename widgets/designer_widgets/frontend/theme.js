// Light or dark: colours come from the page's variables, but a browser draws check boxes and lists by `color-scheme`.

/**
 * Return how bright a CSS colour is, from 0 to 1; what cannot be read counts as bright.
 * @param {string} colour As `getComputedStyle` gives it: `rgb(…)` or `color(srgb …)`.
 */
export function brightness(colour) {
  const numbers = (colour.match(/[\d.]+/g) ?? []).map(Number);
  if (numbers.length < 3) return 1;
  const [red, green, blue] = colour.startsWith("color(") ? numbers : numbers.map((number) => number / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * Keep an element's `color-scheme` in step with the page's theme; returns the function that stops it.
 * @param {HTMLElement} root
 */
export function followTheme(root) {
  const apply = () => {
    root.style.colorScheme = brightness(getComputedStyle(root).backgroundColor) < 0.5 ? "dark" : "light";
  };
  const observer = new MutationObserver(() => setTimeout(apply, 60));
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-name", "data-jp-theme-light", "class"],
  });
  apply();
  return () => observer.disconnect();
}
