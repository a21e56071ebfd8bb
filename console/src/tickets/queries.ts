/** Cases. Events make them stale by `["tickets"]` and `["ticket", id]`. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useChange } from "../api/change";
import { api, requestId, said } from "../api/client";
import type { Ticket } from "../api/names";
import { useCaller } from "../session/session";
import type { TicketFilters } from "./filters";

const PAGE_SIZE = 50;

export function useTickets(filters: TicketFilters) {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["tickets", tenant, filters],
    queryFn: ({ pageParam }) =>
      said(api.GET("/api/v1/tickets", { params: { query: { ...filters, tenant_id: tenant, page_size: PAGE_SIZE, page_token: pageParam } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useTicket(id: string) {
  const { tenant } = useCaller();
  const params = { path: { ticket_id: id }, query: { tenant_id: tenant } };
  return useQuery({
    queryKey: ["ticket", id, "itself"],
    queryFn: async () => (await said(api.GET("/api/v1/tickets/{ticket_id}", { params }))).ticket ?? {},
  });
}

export function useTicketChanges(id: string) {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["ticket", id, "changes"],
    queryFn: ({ pageParam }) => {
      const query = { tenant_id: tenant, page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tickets/{ticket_id}/changes", { params: { path: { ticket_id: id }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export type Edited = Pick<Ticket, "subject" | "category" | "priority" | "custom_fields" | "etag">;

/** What can be done to a case; each with the state it was read in, so that nobody undoes what they did not see. */
export function useTicketCommands(ticket: Ticket) {
  const { tenant } = useCaller();
  const id = ticket.id ?? "";
  const { change, isChanging } = useChange(["ticket", id], ["tickets"]);
  const params = { path: { ticket_id: id } };
  const body = () => ({ tenant_id: tenant, request_id: requestId(), ...(ticket.etag && { etag: ticket.etag }) });
  return {
    isChanging,
    resolve: () => change(() => said(api.POST("/api/v1/tickets/{ticket_id}:resolve", { params, body: body() }))),
    reopen: () => change(() => said(api.POST("/api/v1/tickets/{ticket_id}:reopen", { params, body: body() }))),
    wait: () => change(() => said(api.POST("/api/v1/tickets/{ticket_id}:wait", { params, body: body() }))),
    resume: () => change(() => said(api.POST("/api/v1/tickets/{ticket_id}:resume", { params, body: body() }))),
    escalate: (reason: string) => change(() => said(api.POST("/api/v1/tickets/{ticket_id}:escalate", { params, body: { ...body(), reason } }))),
    assign: (to: { assignee_id?: string; team_id?: string }) =>
      change(() => said(api.POST("/api/v1/tickets/{ticket_id}:assign", { params, body: { ...body(), ...to } }))),
    edit: (edited: Edited) => {
      const query = { tenant_id: tenant, update_mask: "subject,category,priority,custom_fields", request_id: requestId() };
      return change(() => said(api.PATCH("/api/v1/tickets/{ticket_id}", { params: { ...params, query }, body: edited })));
    },
  };
}

export type TicketCommands = ReturnType<typeof useTicketCommands>;
