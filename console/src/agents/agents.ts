/** The people of the desk. */
import { useQuery } from "@tanstack/react-query";
import { api, said } from "../api/client";
import type { Agent, Team } from "../api/names";
import { useCaller } from "../session/session";

export function useAgents(): Agent[] {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant }, query: { page_size: 200 } };
  const { data } = useQuery({
    queryKey: ["agents", tenant],
    queryFn: () => said(api.GET("/api/v1/tenants/{tenant_id}/agents", { params })),
  });
  return (data?.agents ?? []).filter(({ state }) => state !== "STATE_ARCHIVED");
}

export function useTeams(): Team[] {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant }, query: { page_size: 200 } };
  const { data } = useQuery({
    queryKey: ["teams", tenant],
    queryFn: () => said(api.GET("/api/v1/tenants/{tenant_id}/teams", { params })),
  });
  return data?.teams ?? [];
}

/** The agent whose key is signed in; an admin's key may be nobody's at the desk. */
export function useMyAgent(): Agent | undefined {
  const { keyId } = useCaller();
  return useAgents().find(({ key_id }) => keyId !== "" && key_id === keyId);
}
