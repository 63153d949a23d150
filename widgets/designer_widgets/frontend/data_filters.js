// Filters as people write them over a column: `paid`, `>= 10`, `!= x`, `null`, `= null` for the word.

const SIGNS = { ">=": "ge", "<=": "le", "!=": "ne", "<>": "ne", "=": "eq", ">": "gt", "<": "lt" };

/** Kinds of which a part cannot be looked for. */
const WHOLE = new Set(["integer", "number", "bool", "enum", "uuid"]);

export const FILTER_HELP =
  "A part of the text, or =, !=, >, >=, <, <= and a value; null and not null; % stands for anything";

/**
 * Return the filter that a text means, or `null` if it means none.
 * @param {string} column @param {string} kind @param {string} text
 */
export function filterOf(column, kind, text) {
  const wanted = text.trim();
  if (!wanted) return null;
  if (/^null$/i.test(wanted)) return { column, operation: "is_null" };
  if (/^not\s+null$/i.test(wanted)) return { column, operation: "is_not_null" };
  const sign = /^(>=|<=|!=|<>|=|>|<)\s*([\s\S]*)$/.exec(wanted);
  if (sign) return { column, operation: SIGNS[sign[1]], value: sign[2] };
  if (WHOLE.has(kind)) return { column, operation: "eq", value: wanted };
  return { column, operation: "ilike", value: wanted.includes("%") ? wanted : `%${escapeLike(wanted)}%` };
}

/** @param {string} text */
function escapeLike(text) {
  return text.replace(/[\\_]/g, (letter) => `\\${letter}`);
}
