/** The period's conversations as the export gives them, and which of them stand behind a figure. */
export interface Exported {
  id: string;
  opened: string;
  channel: string;
  machineAnswers: number;
  personAnswers: number;
  firstResponse: number | undefined;
  resolution: number | undefined;
  isHandedOver: boolean;
  rating: number | undefined;
  outcome: string;
  tiers: string[];
  agents: string[];
  teams: string[];
  kept: number;
  broken: number;
}

export interface Behind {
  /** `of` is which one, where a figure has parts: a tier, an outcome, an agent. */
  counts: (row: Exported, of: string) => boolean;
  /** What is told of each, and by which the most striking come first. */
  value?: (row: Exported) => number | undefined;
  unit?: "duration" | "count";
  isLeastFirst?: boolean;
}

export const BEHIND = {
  sent: { counts: ({ machineAnswers, personAnswers }) => machineAnswers + personAnswers > 0, value: ({ machineAnswers, personAnswers }) => machineAnswers + personAnswers, unit: "count" },
  firstResponse: { counts: ({ firstResponse }) => firstResponse !== undefined, value: ({ firstResponse }) => firstResponse, unit: "duration" },
  personResponse: { counts: ({ personAnswers }) => personAnswers > 0, value: ({ personAnswers }) => personAnswers, unit: "count" },
  resolution: { counts: ({ resolution }) => resolution !== undefined, value: ({ resolution }) => resolution, unit: "duration" },
  automation: { counts: ({ isHandedOver, personAnswers, resolution }) => resolution !== undefined && personAnswers === 0 && !isHandedOver },
  handover: { counts: ({ isHandedOver }) => isHandedOver },
  sla: { counts: ({ kept, broken }) => kept + broken > 0, value: ({ broken }) => broken, unit: "count" },
  tier: { counts: ({ tiers }, of) => tiers.includes(of) },
  outcome: { counts: ({ outcome }, of) => outcome === of },
  agent: { counts: ({ agents }, of) => agents.includes(of), value: ({ firstResponse }) => firstResponse, unit: "duration" },
  team: { counts: ({ teams }, of) => teams.includes(of), value: ({ firstResponse }) => firstResponse, unit: "duration" },
  satisfaction: { counts: ({ rating }) => rating !== undefined, value: ({ rating }) => rating, unit: "count", isLeastFirst: true },
} as const satisfies Record<string, Behind>;

export type Drilled = keyof typeof BEHIND;

/** Rows of the export; its cells hold no line ends, and none that we read holds a comma. */
export function exportedFrom(csv: string): Exported[] {
  const [head = "", ...lines] = csv.split("\r\n").filter(Boolean);
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    const cell = (name: string) => cells[names.indexOf(name)] ?? "";
    const words = (name: string) => cell(name).split(" ").filter(Boolean);
    const number = (name: string) => (cell(name) === "" ? undefined : Number(cell(name)));
    return {
      id: cell("conversation_id"),
      opened: cell("opened_at"),
      channel: cell("channel"),
      machineAnswers: number("ai_answers") ?? 0,
      personAnswers: number("person_answers") ?? 0,
      firstResponse: number("first_response_seconds"),
      resolution: number("resolution_seconds"),
      isHandedOver: cell("handed_over_at") !== "",
      rating: number("rating"),
      outcome: cell("outcome"),
      tiers: words("tiers"),
      agents: words("agents"),
      teams: words("teams"),
      kept: number("promises_met") ?? 0,
      broken: number("promises_broken") ?? 0,
    };
  });
}

/** Those that a figure counts, the most striking first. */
export function behind(rows: Exported[], figure: Drilled, of = ""): { row: Exported; value: number | undefined }[] {
  const { counts, value, isLeastFirst = false }: Behind = BEHIND[figure];
  const found = rows.filter((row) => counts(row, of)).map((row) => ({ row, value: value?.(row) }));
  const sign = isLeastFirst ? 1 : -1;
  return found.sort((one, other) => sign * ((one.value ?? 0) - (other.value ?? 0)));
}
