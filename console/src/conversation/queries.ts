/** One conversation: what is known of it, what was said in it. Events make all of it stale by `["conversation", id]`. */
import { useQuery } from "@tanstack/react-query";
import { api, said } from "../api/client";
import type { Message } from "../api/names";
import { useCaller } from "../session/session";

const PAGE_SIZE = 200;
const MOST_PAGES = 20;

export function useBriefing(id: string) {
  const { tenant } = useCaller();
  const params = { path: { conversation_id: id }, query: { tenant_id: tenant } };
  return useQuery({
    queryKey: ["conversation", id, "briefing"],
    queryFn: async () => (await said(api.GET("/api/v1/conversations/{conversation_id}/briefing", { params }))).briefing ?? {},
  });
}

export function useMessages(id: string) {
  const { tenant } = useCaller();
  return useQuery({ queryKey: ["conversation", id, "messages"], queryFn: () => allMessages(tenant, id) });
}

async function allMessages(tenant: string, id: string): Promise<Message[]> {
  const messages: Message[] = [];
  let pageToken = "";
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { tenant_id: tenant, page_size: PAGE_SIZE, page_token: pageToken };
    const answer = await said(
      api.GET("/api/v1/conversations/{conversation_id}/messages", { params: { path: { conversation_id: id }, query } }),
    );
    messages.push(...(answer.messages ?? []));
    pageToken = answer.next_page_token ?? "";
    if (!pageToken) break;
  }
  return messages;
}

/** Which words and examples spoke for a label. */
export function useExplanation(text: string, intent: string, isAsked: boolean) {
  const { tenant } = useCaller();
  return useQuery({
    queryKey: ["explanation", tenant, intent, text],
    queryFn: () =>
      said(api.POST("/api/v1/tenants/{tenant_id}/intents:explain", { params: { path: { tenant_id: tenant } }, body: { text, intent } })),
    enabled: isAsked,
    staleTime: Infinity,
  });
}
