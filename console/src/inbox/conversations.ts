/** The list of an inbox: pages from the service, kept true by the events of what changed. */
import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
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
// More at once, and the newest page is the cheaper question for most of them.
const MOST_SINGLE = 4;
// More than that, and it is another list: it is read again from its beginning.
const MOST_AT_ONCE = 64;

interface Page {
  conversations?: Conversation[];
  next_page_token?: string;
}

const EMPTY: Conversation[] = [];

type Pages = InfiniteData<Page, string>;

export function useConversations(filters: Filters) {
  const { tenant } = useCaller();
  const key = useMemo(() => ["conversations", tenant, filters], [tenant, filters]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => page(tenant, filters, pageParam),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_page_token || undefined,
    // After a while without the network, events tell what was missed.
    refetchOnReconnect: false,
  });
  useLiveList(key, tenant, filters);
  const rows = useMemo(() => list.data?.pages.flatMap((each) => each.conversations ?? []) ?? [], [list.data]);
  return { ...list, rows };
}

/** Put what changed in its place, without asking for everything again. */
function useLiveList(key: unknown[], tenant: string, filters: Filters): void {
  const queries = useQueryClient();
  const changed = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const refresh = useCallback(async () => {
    const ids = new Set(changed.current);
    changed.current.clear();
    timer.current = undefined;
    if (ids.size > MOST_AT_ONCE) {
      queries.setQueryData<Pages>(key, (list) => list && { pages: list.pages.slice(0, 1), pageParams: list.pageParams.slice(0, 1) });
      await queries.invalidateQueries({ queryKey: key });
      return;
    }
    const found = await readAgain(tenant, filters, ids);
    queries.setQueryData<Pages>(key, (list) => list && found.reduce((all, each) => put(all, each, filters), list));
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

function page(tenant: string, filters: Filters, pageToken: string): Promise<Page> {
  const query = { ...filters, tenant_id: tenant, page_size: PAGE_SIZE, page_token: pageToken };
  return said(api.GET("/api/v1/conversations", { params: { query } }));
}

/** What cannot be read now is read with the event that comes next. */
async function readAgain(tenant: string, filters: Filters, ids: Set<string>): Promise<Conversation[]> {
  const newest = ids.size > MOST_SINGLE ? ((await page(tenant, filters, "")).conversations ?? []) : [];
  const found = newest.filter(({ id = "" }) => ids.delete(id));
  const others = await Promise.allSettled([...ids].map((id) => one(tenant, id)));
  return [...found, ...others.flatMap((other) => (other.status === "fulfilled" ? [other.value] : []))];
}

async function one(tenant: string, id: string): Promise<Conversation> {
  const params = { path: { conversation_id: id }, query: { tenant_id: tenant } };
  return (await said(api.GET("/api/v1/conversations/{conversation_id}", { params }))).conversation ?? {};
}

function put(list: Pages, found: Conversation, filters: Filters): Pages {
  const belongs = matches(found, filters);
  const hasMore = Boolean(list.pages.at(-1)?.next_page_token);
  const rows = list.pages.map((each) => each.conversations ?? EMPTY);
  const pages = merged(rows, found, belongs, hasMore);
  return { ...list, pages: list.pages.map((each, place) => (pages[place] === rows[place] ? each : { ...each, conversations: pages[place] ?? [] })) };
}
