/** Where the tenant's programs listen, and what was sent there. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, requestId, said } from "../../api/client";
import type { DeliveryState, Endpoint } from "../../api/names";
import { useCaller } from "../../session/session";
import { useSubmission } from "../submission";

const PAGE_SIZE = 50;

export const DELIVERY_STATES = ["STATE_PENDING", "STATE_SUCCEEDED", "STATE_FAILED", "STATE_CANCELLED"] as const satisfies DeliveryState[];

export function useEndpoints() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["endpoints", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/endpoints", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useEndpoint(id: string) {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant, endpoint_id: id } };
  return useQuery({
    queryKey: ["endpoint", tenant, id],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}", { params }))).endpoint ?? {},
  });
}

export function useDeliveries(id: string, state: DeliveryState | undefined) {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["deliveries", tenant, id, state],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam, ...(state && { state }) };
      return said(api.GET("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}/deliveries", { params: { path: { tenant_id: tenant, endpoint_id: id }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    staleTime: 0,
  });
}

/** With its attempts, which a list leaves out. */
export function useDelivery(endpointId: string, id: string) {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant, endpoint_id: endpointId, delivery_id: id } };
  return useQuery({
    queryKey: ["deliveries", tenant, endpointId, "one", id],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}/deliveries/{delivery_id}", { params }))).delivery ?? {},
    staleTime: 0,
  });
}

export function useEndpointCommands() {
  const { tenant } = useCaller();
  const submission = useSubmission(["endpoints"], ["endpoint"], ["deliveries"], ["audit-log"]);
  const at = (id: string) => ({ tenant_id: tenant, endpoint_id: id });
  const secretOf = async (id: string) => (await said(api.GET("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}/secret", { params: { path: at(id) } }))).secret ?? "";
  return {
    submission,
    /** The new one, and the secret that it signs with. */
    create: (endpoint: Endpoint) =>
      submission.submit(async () => {
        const params = { path: { tenant_id: tenant }, query: { request_id: requestId() } };
        const { endpoint: made = {} } = await said(api.POST("/api/v1/tenants/{tenant_id}/endpoints", { params, body: endpoint }));
        return { made, secret: await secretOf(made.id ?? "") };
      }),
    update: (id: string, mask: string, endpoint: Endpoint) =>
      submission.submit(() => {
        const query = { update_mask: mask, request_id: requestId() };
        return said(api.PATCH("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}", { params: { path: at(id), query }, body: endpoint }));
      }),
    /** The new secret; the old ones sign along for as long as is said. */
    rotate: (id: string, keepOldSeconds: number) =>
      submission.submit(async () => {
        const body = { keep_old_for: `${keepOldSeconds}s`, request_id: requestId() };
        await said(api.POST("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}:rotate_secret", { params: { path: at(id) }, body }));
        return secretOf(id);
      }),
    /** How many wait because of it. */
    replay: (id: string, what: { delivery_id: string } | { start_time: string; end_time?: string }) =>
      submission.submit(async () => {
        const body = { ...what, request_id: requestId() };
        return (await said(api.POST("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}:replay", { params: { path: at(id) }, body }))).replayed ?? 0;
      }),
  };
}

/** What is gone is not asked for again, so only the list is read anew. */
export function useRemoveEndpoint() {
  const { tenant } = useCaller();
  const submission = useSubmission(["endpoints"], ["audit-log"]);
  const remove = (id: string) => {
    const params = { path: { tenant_id: tenant, endpoint_id: id }, query: { request_id: requestId() } };
    return submission.submit(() => said(api.DELETE("/api/v1/tenants/{tenant_id}/endpoints/{endpoint_id}", { params })));
  };
  return { submission, remove };
}
