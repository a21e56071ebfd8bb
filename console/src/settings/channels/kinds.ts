/** What each kind of channel needs, and where its provider delivers. */
import type { Channel, ChannelKind, SecretKind } from "../../api/names";

export const KINDS = ["CHANNEL_KIND_WHATSAPP", "CHANNEL_KIND_TELEGRAM", "CHANNEL_KIND_WEBCHAT", "CHANNEL_KIND_CUSTOM"] as const satisfies ChannelKind[];
export type Kind = (typeof KINDS)[number];

type Named = Exclude<SecretKind, "SECRET_KIND_UNSPECIFIED">;

export interface SecretNeed {
  kind: Named;
  /** Chosen by us and told to the provider, or by the provider and told to us. */
  from: "us" | "provider";
  /** Two may live at once, so that senders move over in their own time. */
  overlaps: boolean;
}

export const SECRETS: Record<Kind, readonly SecretNeed[]> = {
  CHANNEL_KIND_WHATSAPP: [
    { kind: "SECRET_KIND_ACCESS_TOKEN", from: "provider", overlaps: false },
    { kind: "SECRET_KIND_APP_SECRET", from: "provider", overlaps: true },
    { kind: "SECRET_KIND_VERIFY_TOKEN", from: "us", overlaps: false },
  ],
  CHANNEL_KIND_TELEGRAM: [
    { kind: "SECRET_KIND_BOT_TOKEN", from: "provider", overlaps: false },
    { kind: "SECRET_KIND_SECRET_TOKEN", from: "us", overlaps: false },
  ],
  CHANNEL_KIND_WEBCHAT: [{ kind: "SECRET_KIND_SIGNING_SECRET", from: "us", overlaps: true }],
  CHANNEL_KIND_CUSTOM: [{ kind: "SECRET_KIND_SIGNING_SECRET", from: "us", overlaps: true }],
};

/** Secrets by their kind; they live in the page's memory, and only until it is left. */
export type Secrets = Partial<Record<Named, string>>;

const SECRET_BYTES = 24;

/** As Standard Webhooks writes them where it signs, else letters and digits that every provider takes. */
export function newSecret(kind: Named): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const encoded = btoa(String.fromCharCode(...bytes));
  if (kind === "SECRET_KIND_SIGNING_SECRET") return `whsec_${encoded}`;
  return encoded.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Those that we choose. */
export function newSecrets(kind: Kind): Secrets {
  return Object.fromEntries(SECRETS[kind].filter(({ from }) => from === "us").map((need) => [need.kind, newSecret(need.kind)]));
}

export function webhookUrl(base: string, { id = "", kind }: Channel): string {
  const hooks = `${base}/api/v1/webhooks`;
  if (kind === "CHANNEL_KIND_WHATSAPP") return `${hooks}/whatsapp`;
  return `${hooks}/${kind === "CHANNEL_KIND_TELEGRAM" ? "telegram" : "custom"}/${id}`;
}

export function snippet(base: string, { id = "" }: Channel): string {
  return `<script src="${base}/api/v1/webchat/${id}/widget.js" defer></script>`;
}

/** Telegram is told by a call; the bot's token stays where it is kept. */
export function telegramCommand(base: string, tenant: string): string {
  return `cassava channel connect telegram --tenant ${tenant} --url ${base} --token @token.txt`;
}

export function whatsappCommand(base: string, tenant: string, { business_account_id: business = "", external_id: number = "" }: Channel): string {
  return `cassava channel connect whatsapp --tenant ${tenant} --url ${base} --token @token.txt --app-secret @secret.txt --external-id ${number} --business-account ${business || "WABA_ID"}`;
}

export function telegramCall(base: string, channel: Channel, secretToken: string): string {
  const updates = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction", "business_connection", "business_message", "edited_business_message", "deleted_business_messages"];
  const body = JSON.stringify({ url: webhookUrl(base, channel), secret_token: secretToken, max_connections: 40, allowed_updates: updates });
  return `curl https://api.telegram.org/bot$TOKEN/setWebhook -H 'content-type: application/json' -d '${body}'`;
}
