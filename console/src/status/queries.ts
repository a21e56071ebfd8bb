/** How the mesh is, and what it could not read. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useChange } from "../api/change";
import { api, requestId, said } from "../api/client";
import { useCaller, useMay } from "../session/session";

const OLD_MILLISECONDS = 10_000;
const PAGE_SIZE = 50;

/** One way to make replies; the remedy is for whoever runs the mesh. */
export interface Provider {
  state?: string;
  reason?: string | null;
  model?: string;
  remedy?: string;
}

export function useHealth() {
  return useQuery({ queryKey: ["health"], queryFn: () => said(api.GET("/health")), refetchInterval: OLD_MILLISECONDS });
}

export function useDeadLetters() {
  const { tenant } = useCaller();
  const isAllowed = useMay("admin");
  return useInfiniteQuery({
    queryKey: ["dead-letters", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/dead_letters", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    enabled: isAllowed,
  });
}

/** What came, as text. */
export function useDeadLetter(id: string) {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant, dead_letter_id: id } };
  return useQuery({
    queryKey: ["dead-letter", tenant, id],
    queryFn: async () => {
      const { dead_letter: letter } = await said(api.GET("/api/v1/tenants/{tenant_id}/dead_letters/{dead_letter_id}", { params }));
      const bytes = Uint8Array.from(atob(letter?.raw ?? ""), (each) => each.charCodeAt(0));
      return new TextDecoder().decode(bytes);
    },
  });
}

export function useReplay() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["dead-letters"]);
  const replay = (id: string) => {
    const params = { path: { tenant_id: tenant, dead_letter_id: id } };
    return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/dead_letters/{dead_letter_id}:replay", { params, body: { request_id: requestId() } })));
  };
  return { replay, isChanging };
}
