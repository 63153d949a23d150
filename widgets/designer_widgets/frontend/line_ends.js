// What another cardinality at one end of a relationship means for the other end and for its type. Pure.

import { fittingEnds } from "./cardinality.js";
import { isMany } from "./crowsfoot.js";

/** What belongs to a junction, or to a foreign key that there is no longer. */
const OF_ONE_TYPE = {
  source_attributes: [],
  target_attributes: [],
  junction_entity_id: null,
  junction_name: null,
  junction_source_attributes: [],
  junction_target_attributes: [],
  source_key_name: null,
  target_key_name: null,
};

/**
 * Return the changes that give one end another cardinality; the type follows, and where it has to, the other end.
 * @param {any} relationship @param {"source" | "target"} end @param {string} value
 */
export function endChanges(relationship, end, value) {
  const ends = { source: relationship.source_cardinality, target: relationship.target_cardinality, [end]: value };
  const isJunction = relationship.relationship_type === "MANY_TO_MANY";
  if (end === "source" && isMany(value) && !isMany(ends.target)) ends.target = "0..N";
  if (end === "target" && !isMany(value) && isMany(ends.source)) ends.source = "1";
  const type = isMany(ends.source) ? "MANY_TO_MANY" : isMany(ends.target) ? "ONE_TO_MANY" : "ONE_TO_ONE";
  const fitting = fittingEnds(type, ends.source, ends.target);
  const changes = { relationship_type: type, source_cardinality: fitting.source, target_cardinality: fitting.target };
  return (type === "MANY_TO_MANY") === isJunction ? changes : { ...changes, ...OF_ONE_TYPE };
}
