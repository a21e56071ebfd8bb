/** The list of an inbox: pages from the service, kept true by the events of what changed. */
import { useInfiniteQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { api, said } from "../api/client";
import type { Conversation } from "../api/names";
import { useLiveEvents } from "../live/live";
import type { LiveEvent } from "../live/connection";
import { useCaller } from "../session/session";
import type { Filters } from "./filters";
import { matches, merged } from "./merge";

const PAGE_SIZE = 100;
// What changed within this is asked for together.
const GATHERED_MILLISECONDS = 150;
// More at once, and the list itself is the cheaper question.
const MOST_SINGLE = 8;

interface Page {
  conversations?: Conversation[];
  next_page_token?: string;
}

type Pages = InfiniteData<Page, string>;

export function useConversations(filters: Filters) {
  const { tenant } = useCaller();
  const key = useMemo(() => ["conversations", tenant, filters], [tenant, filters]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      said(
        api.GET("/api/v1/conversations", {
          params: { query: { ...filters, tenant_id: tenant, page_size: PAGE_SIZE, page_token: pageParam } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
  useLiveList(key, tenant, filters);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.conversations ?? []) ?? [], [list.data]);
  return { ...list, rows };
}

/** Put what changed in its place, without asking for everything again. */
function useLiveList(key: unknown[], tenant: string, filters: Filters): void {
  const queries = useQueryClient();
  const changed = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const refresh = useCallback(async () => {
    const ids = [...changed.current];
    changed.current.clear();
    timer.current = undefined;
    if (ids.length > MOST_SINGLE) {
      await queries.invalidateQueries({ queryKey: key });
      return;
    }
    // One that cannot be read now is read with the event that comes next.
    for (const found of await Promise.allSettled(ids.map((id) => one(queries, tenant, id))))
      if (found.status === "fulfilled") queries.setQueryData<Pages>(key, (list) => list && put(list, found.value, filters));
  }, [queries, key, tenant, filters]);

  const hear = useCallback(
    ({ type, conversation_id: id }: LiveEvent) => {
      if (!id || type === "typing") return;
      changed.current.add(id);
      timer.current ??= setTimeout(() => void refresh(), GATHERED_MILLISECONDS);
    },
    [refresh],
  );
  useLiveEvents(hear);
  useEffect(() => {
    const waiting = changed.current;
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      waiting.clear();
    };
  }, [refresh]);
}

async function one(queries: QueryClient, tenant: string, id: string): Promise<Conversation> {
  const params = { path: { conversation_id: id }, query: { tenant_id: tenant } };
  const { conversation = {} } = await queries.fetchQuery({
    queryKey: ["row", id],
    queryFn: () => said(api.GET("/api/v1/conversations/{conversation_id}", { params })),
    staleTime: 0,
  });
  return conversation;
}

function put(list: Pages, found: Conversation, filters: Filters): Pages {
  const belongs = matches(found, filters);
  const hasMore = Boolean(list.pages.at(-1)?.next_page_token);
  const rows = list.pages.map((page) => page.conversations ?? []);
  const pages = merged(rows, found, belongs, hasMore);
  return { ...list, pages: list.pages.map((page, place) => ({ ...page, conversations: pages[place] ?? [] })) };
}
