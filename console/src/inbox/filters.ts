/** What the inbox shows, as it stands in the address: a link to it is a link to the same list. */
import type { ChannelKind, ConversationStatus, Holder, Sentiment, Urgency } from "../api/names";

export const STATUSES = ["STATUS_OPEN", "STATUS_SNOOZED", "STATUS_RESOLVED"] as const satisfies ConversationStatus[];
export const HOLDERS = ["HOLDER_QUEUED", "HOLDER_PERSON", "HOLDER_BOT"] as const satisfies Holder[];
export const URGENCIES = ["URGENCY_CRITICAL", "URGENCY_HIGH", "URGENCY_NORMAL", "URGENCY_LOW"] as const satisfies Urgency[];
export const SENTIMENTS = [
  "SENTIMENT_VERY_NEGATIVE",
  "SENTIMENT_NEGATIVE",
  "SENTIMENT_NEUTRAL",
  "SENTIMENT_POSITIVE",
  "SENTIMENT_VERY_POSITIVE",
] as const satisfies Sentiment[];
export const CHANNELS = [
  "CHANNEL_KIND_WHATSAPP",
  "CHANNEL_KIND_TELEGRAM",
  "CHANNEL_KIND_WEBCHAT",
  "CHANNEL_KIND_CUSTOM",
  "CHANNEL_KIND_TEST",
] as const satisfies ChannelKind[];

export interface Filters {
  status?: ConversationStatus;
  holder?: Holder;
  channel?: ChannelKind;
  urgency?: Urgency;
  sentiment?: Sentiment;
  language?: string;
  intent?: string;
  tag?: string;
  team_id?: string;
  assignee_id?: string;
  customer_id?: string;
  unassigned?: boolean;
  q?: string;
  opened_after?: string;
  opened_before?: string;
}

const CHOICES = { status: STATUSES, holder: HOLDERS, channel: CHANNELS, urgency: URGENCIES, sentiment: SENTIMENTS } as const;
const WORDS = ["language", "intent", "tag", "team_id", "assignee_id", "customer_id", "q", "opened_after", "opened_before"] as const;

/** Whatever stands in an address becomes filters that the service takes. */
export function filtersFrom(search: Record<string, unknown>): Filters {
  const filters: Record<string, unknown> = {};
  for (const [name, choices] of Object.entries(CHOICES)) {
    if ((choices as readonly unknown[]).includes(search[name])) filters[name] = search[name];
  }
  for (const name of WORDS) {
    const value = search[name];
    if (typeof value === "string" && value) filters[name] = value;
    if (typeof value === "number") filters[name] = String(value);
  }
  if (search["unassigned"] === true) filters["unassigned"] = true;
  return filters;
}
