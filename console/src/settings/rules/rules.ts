/** A list of rules, changed a place at a time. */
import type { Rule } from "../../api/names";

/** In its place, or at the end where it has none. */
export function withRule(rules: readonly Rule[], rule: Rule, place: number): Rule[] {
  return place < rules.length ? rules.map((each, at) => (at === place ? rule : each)) : [...rules, rule];
}

export function without(rules: readonly Rule[], place: number): Rule[] {
  return rules.filter((_, at) => at !== place);
}

export function raised(rules: readonly Rule[], place: number): Rule[] {
  const before = rules[place - 1];
  const moved = rules[place];
  if (!before || !moved) return [...rules];
  return [...rules.slice(0, place - 1), moved, before, ...rules.slice(place + 1)];
}

/** A rule that asks for nothing does nothing. */
export function doesSomething({ hand_over, open_ticket, priority, required_skills = [], tags = [], team_id }: Rule): boolean {
  const hasPriority = priority !== undefined && priority !== "URGENCY_UNSPECIFIED";
  return Boolean(hand_over) || Boolean(open_ticket) || hasPriority || Boolean(team_id) || tags.length > 0 || required_skills.length > 0;
}
