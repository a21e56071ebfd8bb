/** People, by their names or by what a channel calls them. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useChange } from "../api/change";
import { api, requestId, said } from "../api/client";
import type { Customer } from "../api/names";
import { useCaller } from "../session/session";

const PAGE_SIZE = 50;

export interface CustomerSearch {
  name?: string;
  alias?: string;
}

export function customerSearchFrom({ name, alias }: Record<string, unknown>): CustomerSearch {
  const text = (value: unknown) => (typeof value === "number" ? String(value) : typeof value === "string" ? value : "");
  return { ...(text(name) && { name: text(name) }), ...(text(alias) && { alias: text(alias) }) };
}

export function useCustomers({ name, alias }: CustomerSearch) {
  const { tenant } = useCaller();
  const asked = { tenant_id: tenant, page_size: PAGE_SIZE, ...(name && { name_prefix: name }), ...(alias && { alias }) };
  return useInfiniteQuery({
    queryKey: ["customers", tenant, name, alias],
    queryFn: ({ pageParam }) => said(api.GET("/api/v1/customers", { params: { query: { ...asked, page_token: pageParam } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useCustomer(id: string) {
  const { tenant } = useCaller();
  const params = { path: { customer_id: id }, query: { tenant_id: tenant } };
  return useQuery({
    queryKey: ["customer", id],
    queryFn: async () => (await said(api.GET("/api/v1/customers/{customer_id}", { params }))).customer ?? {},
  });
}

/** The latest conversations with them. */
export function useConversationsWith(id: string) {
  const { tenant } = useCaller();
  const query = { tenant_id: tenant, customer_id: id, page_size: PAGE_SIZE };
  return useQuery({
    queryKey: ["customer", id, "conversations"],
    queryFn: async () => (await said(api.GET("/api/v1/conversations", { params: { query } }))).conversations ?? [],
  });
}

/** Everything held on them, as JSON Lines. */
export function useCustomerExport(id: string): string {
  const { tenant } = useCaller();
  return `/api/v1/customers/${id}:export?${new URLSearchParams({ tenant_id: tenant }).toString()}`;
}

export function useCustomerCommands({ id = "", etag = "" }: Customer) {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["customer", id], ["customers"]);
  // Whoever is gone is not read again.
  const erasing = useChange(["customers"], ["conversations"]);
  const params = { path: { customer_id: id } };
  return {
    isChanging: isChanging || erasing.isChanging,
    rename: (name: string) => {
      const query = { tenant_id: tenant, update_mask: "name", request_id: requestId() };
      return change(() => said(api.PATCH("/api/v1/customers/{customer_id}", { params: { ...params, query }, body: { name, etag } })));
    },
    erase: () => erasing.change(() => said(api.POST("/api/v1/customers/{customer_id}:erase", { params, body: { tenant_id: tenant, request_id: requestId() } }))),
    merge: (other: string) => {
      const body = { tenant_id: tenant, other_customer_id: other, request_id: requestId() };
      return change(() => said(api.POST("/api/v1/customers/{customer_id}:merge", { params, body })));
    },
  };
}
