/** The people of the desk. */
import { useQuery } from "@tanstack/react-query";
import { useChange } from "../api/change";
import { api, requestId, said } from "../api/client";
import type { Agent, Presence, Team } from "../api/names";
import { useCaller } from "../session/session";

export const PRESENCES = ["PRESENCE_ONLINE", "PRESENCE_AWAY", "PRESENCE_OFFLINE"] as const satisfies Presence[];

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

/** Whether somebody takes work, until it is said otherwise. */
export function useSetPresence() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["agents"]);
  const setPresence = (id: string, presence: Presence) => {
    const params = { path: { tenant_id: tenant, agent_id: id } };
    return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/agents/{agent_id}:set_presence", { params, body: { presence, request_id: requestId() } })));
  };
  return { setPresence, isChanging };
}
