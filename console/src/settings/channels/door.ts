/** What a provider would do at our door, done from here with the secrets that it was given: nothing is simulated behind the door. */
import type { Channel } from "../../api/names";
import { webhookUrl, type Secrets } from "./kinds";

export type CheckName = "handshake" | "signature" | "widget";

export interface Check {
  name: CheckName;
  run: () => Promise<boolean>;
}

/** Only what can be asked with the secrets at hand. */
export function checksOf(channel: Channel, secrets: Secrets): Check[] {
  switch (channel.kind) {
    case "CHANNEL_KIND_WHATSAPP":
      return whatsappChecks(channel, secrets);
    case "CHANNEL_KIND_TELEGRAM":
      return secrets.SECRET_KIND_SECRET_TOKEN ? [{ name: "signature", run: () => isTaken(telegram(channel, secrets, {})) }] : [];
    case "CHANNEL_KIND_WEBCHAT":
      return [{ name: "widget", run: () => isTaken(fetch(`/api/v1/webchat/${channel.id ?? ""}/widget.js`)) }];
    default:
      return [];
  }
}

function whatsappChecks(channel: Channel, { SECRET_KIND_APP_SECRET: appSecret, SECRET_KIND_VERIFY_TOKEN: token }: Secrets): Check[] {
  const checks: Check[] = [];
  if (token) checks.push({ name: "handshake", run: () => shakesHands(token) });
  if (appSecret) checks.push({ name: "signature", run: () => isTaken(whatsapp(channel, appSecret, {})) });
  return checks;
}

/** Whether a message of nobody can be sent from here without an answer going out to somebody. */
export function canTest({ kind, sandbox }: Channel, secrets: Secrets): boolean {
  if (kind === "CHANNEL_KIND_WEBCHAT") return true;
  if (kind === "CHANNEL_KIND_CUSTOM") return secrets.SECRET_KIND_SIGNING_SECRET !== undefined;
  return Boolean(sandbox) && Boolean(secrets.SECRET_KIND_APP_SECRET ?? secrets.SECRET_KIND_SECRET_TOKEN);
}

export async function sendTest(channel: Channel, secrets: Secrets, text: string): Promise<boolean> {
  switch (channel.kind) {
    case "CHANNEL_KIND_WHATSAPP":
      return isTaken(whatsapp(channel, secrets.SECRET_KIND_APP_SECRET ?? "", whatsappMessage(text)));
    case "CHANNEL_KIND_TELEGRAM":
      return isTaken(telegram(channel, secrets, telegramMessage(text)));
    case "CHANNEL_KIND_WEBCHAT":
      return isTaken(webchat(channel, text));
    default:
      return isTaken(custom(channel, secrets.SECRET_KIND_SIGNING_SECRET ?? "", text));
  }
}

async function isTaken(answer: Promise<Response>): Promise<boolean> {
  return (await answer).ok;
}

async function shakesHands(token: string): Promise<boolean> {
  const challenge = String(anyNumber());
  const query = new URLSearchParams({ "hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge });
  const answer = await fetch(`/api/v1/webhooks/whatsapp?${query}`);
  return answer.ok && (await answer.text()) === challenge;
}

async function whatsapp({ business_account_id: business, external_id: number = "" }: Channel, appSecret: string, said: object): Promise<Response> {
  const value = { messaging_product: "whatsapp", metadata: { display_phone_number: number, phone_number_id: number }, ...said };
  const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: business, changes: [{ field: "messages", value }] }] });
  const signature = hex(await hmac(new TextEncoder().encode(appSecret), body));
  return post("/api/v1/webhooks/whatsapp", body, { "x-hub-signature-256": `sha256=${signature}` });
}

function whatsappMessage(text: string): object {
  const from = `999${anyNumber()}`;
  const message = { from, id: `wamid.${crypto.randomUUID()}`, timestamp: String(seconds()), type: "text", text: { body: text } };
  return { contacts: [{ profile: { name: "Test" }, wa_id: from }], messages: [message] };
}

function telegram(channel: Channel, { SECRET_KIND_SECRET_TOKEN: token = "" }: Secrets, said: object): Promise<Response> {
  const body = JSON.stringify({ update_id: anyNumber(), ...said });
  return post(webhookUrl("", channel), body, { "x-telegram-bot-api-secret-token": token });
}

function telegramMessage(text: string): object {
  const person = { id: anyNumber(), is_bot: false, first_name: "Test" };
  return { message: { message_id: 1, from: person, chat: { id: person.id, type: "private", first_name: "Test" }, date: seconds(), text } };
}

async function custom(channel: Channel, secret: string, text: string): Promise<Response> {
  const body = JSON.stringify({ type: "message.received", data: { customer_id: `test-${anyNumber()}`, customer_name: "Test", text } });
  return post(webhookUrl("", channel), body, await signedHeaders(secret, crypto.randomUUID(), seconds(), body));
}

async function webchat({ id = "" }: Channel, text: string): Promise<Response> {
  const opened = await post(`/api/v1/webchat/${id}/session`, "{}", {});
  const { token } = (await opened.json()) as { token: string };
  return post(`/api/v1/webchat/${id}/messages`, JSON.stringify({ text, client_id: crypto.randomUUID() }), { authorization: `Bearer ${token}` });
}

function post(path: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
}

/** Of Standard Webhooks 1.0.0. */
export async function signedHeaders(secret: string, id: string, timestamp: number, body: string): Promise<Record<string, string>> {
  const key = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (each) => each.charCodeAt(0));
  const signature = btoa(String.fromCharCode(...(await hmac(key, `${id}.${timestamp}.${body}`))));
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` };
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
}

export function hex(bytes: Uint8Array): string {
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Nobody's number: it comes up once. */
function anyNumber(): number {
  return 100_000_000 + (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 900_000_000;
}

