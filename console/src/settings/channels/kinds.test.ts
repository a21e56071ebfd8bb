import { expect, test } from "vitest";
import { checksOf, signedHeaders } from "./door";
import { newSecret, newSecrets, snippet, webhookUrl } from "./kinds";

test("a webhook is signed as Standard Webhooks says", async () => {
  const headers = await signedHeaders("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "msg_1", 1_700_000_000, '{"a":1}');
  expect(headers).toEqual({
    "webhook-id": "msg_1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": "v1,WUgAXU8H0NQ1/7M+TtMwKma2b74a3/TCgekiM3YUdN8=",
  });
});

test("a secret of ours is new each time, and such that its provider takes it", () => {
  expect(newSecret("SECRET_KIND_SECRET_TOKEN")).toMatch(/^[A-Za-z0-9_-]{32}$/);
  expect(newSecret("SECRET_KIND_SIGNING_SECRET")).toMatch(/^whsec_/);
  expect(newSecret("SECRET_KIND_VERIFY_TOKEN")).not.toBe(newSecret("SECRET_KIND_VERIFY_TOKEN"));
  expect(Object.keys(newSecrets("CHANNEL_KIND_WHATSAPP"))).toEqual(["SECRET_KIND_VERIFY_TOKEN"]);
});

test("each kind has its own door", () => {
  expect(webhookUrl("https://x", { kind: "CHANNEL_KIND_WHATSAPP", id: "c" })).toBe("https://x/api/v1/webhooks/whatsapp");
  expect(webhookUrl("https://x", { kind: "CHANNEL_KIND_TELEGRAM", id: "c" })).toBe("https://x/api/v1/webhooks/telegram/c");
  expect(snippet("https://x", { id: "c" })).toContain('src="https://x/api/v1/webchat/c/widget.js"');
});

test("only what can be asked with the secrets at hand is checked", () => {
  const whatsapp = { kind: "CHANNEL_KIND_WHATSAPP" } as const;
  expect(checksOf(whatsapp, {})).toEqual([]);
  expect(checksOf(whatsapp, { SECRET_KIND_VERIFY_TOKEN: "t", SECRET_KIND_APP_SECRET: "s" }).map(({ name }) => name)).toEqual(["handshake", "signature"]);
});
