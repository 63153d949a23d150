// What a relationship says, in words, and which cardinalities fit which type. Pure.

import { isMany, isOptional } from "./crowsfoot.js";

export const RELATIONSHIP_TYPES = [
  ["ONE_TO_MANY", "one to many"],
  ["ONE_TO_ONE", "one to one"],
  ["MANY_TO_MANY", "many to many"],
];

export const REFERENTIAL_ACTIONS = [
  ["NO ACTION", "no action: refuse"],
  ["RESTRICT", "restrict: refuse at once"],
  ["CASCADE", "cascade: do the same"],
  ["SET NULL", "set null"],
  ["SET DEFAULT", "set default"],
];

const ONE_ENDS = [
  ["1", "exactly one (1)"],
  ["0..1", "zero or one (0..1)"],
];
const MANY_ENDS = [
  ["0..N", "zero or more (0..N)"],
  ["1..N", "one or more (1..N)"],
  ["N", "many (N)"],
];

/** Return the choices of both ends for a type. @param {string} type */
export function endChoices(type) {
  return {
    source: type === "MANY_TO_MANY" ? MANY_ENDS : ONE_ENDS,
    target: type === "ONE_TO_ONE" ? ONE_ENDS : MANY_ENDS,
  };
}

/**
 * Return cardinalities that fit a type, as near as possible to the ones given.
 * @param {string} type @param {string} source @param {string} target
 */
export function fittingEnds(type, source, target) {
  const choices = endChoices(type);
  const fitting = (cardinality, options) => {
    if (options.some(([value]) => value === cardinality)) return cardinality;
    const isFree = isOptional(cardinality);
    return options === ONE_ENDS ? (isFree ? "0..1" : "1") : isFree ? "0..N" : "1..N";
  };
  return { source: fitting(source, choices.source), target: fitting(target, choices.target) };
}

/**
 * Say a relationship in two sentences.
 * @param {string} source @param {string} target @param {string} sourceEnd @param {string} targetEnd
 */
export function spokenRelationship(source, target, sourceEnd, targetEnd) {
  const many = (cardinality) => (isMany(cardinality) ? "many" : "one");
  const some = (cardinality, name) => {
    if (isMany(cardinality)) return isOptional(cardinality) ? `any number of rows in ${name}` : `at least one row in ${name}`;
    return isOptional(cardinality) ? `at most one row in ${name}` : `exactly one row in ${name}`;
  };
  return {
    title: `${many(sourceEnd)} to ${many(targetEnd)}`,
    forward: `Each row in ${source} has ${some(targetEnd, target)}.`,
    backward: `Each row in ${target} belongs to ${some(sourceEnd, source)}.`,
  };
}
