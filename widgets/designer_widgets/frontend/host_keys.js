// Keys belong to the designer while it has the keyboard, whatever commands the page around it has for them.

const NO_SHORTCUTS = "data-lm-suppress-shortcuts";

/**
 * Notebooks look for a command from the element with the keyboard upwards, and stop at this attribute. The commands of
 * their command mode are for whatever has the keyboard (`.jp-Notebook… :focus`), which may be an element in here: so it
 * is not enough that our outermost element has the attribute. X on a card would cut the cell.
 * @param {HTMLElement} root
 */
export function keepKeys(root) {
  root.setAttribute(NO_SHORTCUTS, "true");
  root.addEventListener("focusin", (event) => /** @type {Element} */ (event.target).setAttribute(NO_SHORTCUTS, "true"));
}
