import { useQuery } from "@tanstack/react-query";
import { api, said } from "../../api/client";
import { useCaller } from "../../session/session";

/** What a message may be about: the intents' names. */
export function useIntentNames(): string[] {
  const { tenant } = useCaller();
  const { data } = useQuery({
    queryKey: ["intents", tenant, "names"],
    queryFn: () => said(api.GET("/api/v1/tenants/{tenant_id}/intents", { params: { path: { tenant_id: tenant } } })),
  });
  return (data?.intents ?? []).map(({ name }) => name ?? "").filter(Boolean);
}
