/** How long a clock may run, as the contract has it and as a form has it. */
import type { ClockKind, Target } from "../../api/names";

export const CLOCKS = ["CLOCK_KIND_FIRST_RESPONSE", "CLOCK_KIND_NEXT_RESPONSE", "CLOCK_KIND_RESOLUTION"] as const satisfies ClockKind[];
/** A field of a target, and the urgency that it is for. */
export const LEVELS = [
  ["critical", "URGENCY_CRITICAL"],
  ["high", "URGENCY_HIGH"],
  ["normal", "URGENCY_NORMAL"],
  ["low", "URGENCY_LOW"],
] as const;
export type Level = (typeof LEVELS)[number][0];

export const UNITS = { minutes: 60, hours: 3600 } as const;
export type Unit = keyof typeof UNITS;

/** Numbers as they are typed; an empty one promises nothing. */
export interface TargetDraft {
  unit: Unit;
  numbers: Record<Level, string>;
  calendarId: string;
}

export type Drafts = Record<(typeof CLOCKS)[number], TargetDraft>;

export function draftsOf(targets: readonly Target[]): Drafts {
  const of = (kind: ClockKind) => draftOf(targets.find((each) => each.kind === kind));
  return {
    CLOCK_KIND_FIRST_RESPONSE: of("CLOCK_KIND_FIRST_RESPONSE"),
    CLOCK_KIND_NEXT_RESPONSE: of("CLOCK_KIND_NEXT_RESPONSE"),
    CLOCK_KIND_RESOLUTION: of("CLOCK_KIND_RESOLUTION"),
  };
}

export function targetsOf(drafts: Drafts): Target[] {
  return CLOCKS.map((kind) => targetOf(kind, drafts[kind])).filter((target) => LEVELS.some(([level]) => target[level]));
}

/** `28800s` as `8 h`, in the largest unit that keeps it whole. */
export function shortly(duration: string | undefined): string {
  if (!duration) return "–";
  const seconds = secondsOf(duration);
  return seconds % UNITS.hours === 0 ? `${seconds / UNITS.hours} h` : `${seconds / UNITS.minutes} min`;
}

function draftOf(target: Target = {}): TargetDraft {
  const given = LEVELS.map(([level]) => target[level]).filter((each) => each !== undefined);
  const isWhole = given.length > 0 && given.every((each) => secondsOf(each) % UNITS.hours === 0);
  const unit = isWhole ? "hours" : "minutes";
  const number = (duration: string | undefined) => (duration ? String(secondsOf(duration) / UNITS[unit]) : "");
  const { critical, high, normal, low } = target;
  const numbers = { critical: number(critical), high: number(high), normal: number(normal), low: number(low) };
  return { unit, numbers, calendarId: target.calendar_id ?? "" };
}

function targetOf(kind: ClockKind, { unit, numbers, calendarId }: TargetDraft): Target {
  const target: Target = { kind, ...(calendarId && { calendar_id: calendarId }) };
  for (const [level] of LEVELS) if (numbers[level]) target[level] = `${Number(numbers[level]) * UNITS[unit]}s`;
  return target;
}

function secondsOf(duration: string): number {
  return Number.parseFloat(duration);
}
