/** The public API with the browser's session: typed by the contract, failures as `Refused`. */
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./gen/schema";

/** A page of another origin cannot send it without asking, so it proves that the request is ours. */
export const CONSOLE_HEADER = { "x-console": "1" };

const UNAUTHENTICATED = 16;
const ABORTED = 10;

/** A request that the service declined, in its words. */
export class Refused extends Error {
  readonly code: number;
  /** A member of ErrorReason; empty when something in between answered. */
  readonly reason: string;
  /** What is wrong, by the field's name. */
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: Status) {
    super(status.message ?? "");
    this.code = status.code ?? 2;
    const details = status.details ?? [];
    this.reason = details.map((detail) => text(detail["reason"])).find(Boolean) ?? "";
    const violations = details.flatMap((detail) => detail["fieldViolations"] ?? detail["field_violations"] ?? []) as Violation[];
    this.fields = new Map(violations.map(({ field, description }) => [field, description]));
  }

  get isSignedOut(): boolean {
    return this.code === UNAUTHENTICATED;
  }

  /** Somebody else was faster: read again. */
  get isStale(): boolean {
    return this.code === ABORTED;
  }
}

interface Violation {
  field: string;
  description: string;
}

interface Status {
  code?: number;
  message?: string;
  details?: Record<string, unknown>[];
}

const refusals: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await inTheReadersLanguage(new Refused(await statusOf(response)));
  },
};

/** Services speak English; a reason of theirs is a word of the contract, which has words in every language. */
async function inTheReadersLanguage(refused: Refused): Promise<Refused> {
  const { lang } = document.documentElement;
  if (lang === "en" || !refused.reason) return refused;
  const { refusal } = await import("../words/refusals");
  refused.message = refusal(refused.reason, lang) ?? refused.message;
  return refused;
}

async function statusOf(response: Response): Promise<Status> {
  try {
    return (await response.json()) as Status;
  } catch {
    return { code: 2, message: `HTTP ${response.status}` };
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const client = createClient<paths>({ headers: CONSOLE_HEADER });
client.use(refusals);

/** `said(api.GET("/api/v1/…", { params }))`: typed by the route, rejected with `Refused`. */
export const api = client;

/** The body of an answer. */
export async function said<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** For a change: repeated with the same id it has one effect. */
export function requestId(): string {
  return crypto.randomUUID();
}
