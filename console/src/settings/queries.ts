/** Who may do what, and who did. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useChange } from "../api/change";
import { api, requestId, said } from "../api/client";
import type { Caller } from "../api/names";
import { useCaller } from "../session/session";

const PAGE_SIZE = 50;

export const ROLES = ["CALLER_VIEWER", "CALLER_AGENT", "CALLER_ADMIN", "CALLER_INGEST"] as const satisfies Caller[];
export type Role = (typeof ROLES)[number];

export function useKeys() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["keys", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/keys", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useKeyCommands() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["keys"], ["audit-log"]);
  return {
    isChanging,
    create: (name: string, role: Role) => {
      const params = { path: { tenant_id: tenant } };
      return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/keys", { params, body: { name, role, request_id: requestId() } })));
    },
    revoke: (id: string) => {
      const params = { path: { tenant_id: tenant, key_id: id } };
      return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/keys/{key_id}:revoke", { params, body: { request_id: requestId() } })));
    },
  };
}

export function useAuditLog(subject: string) {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["audit-log", tenant, subject],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam, ...(subject && { subject }) };
      return said(api.GET("/api/v1/tenants/{tenant_id}/audit_log", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}
