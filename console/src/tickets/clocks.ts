import { useQuery } from "@tanstack/react-query";
import { api, said } from "../api/client";
import type { Clock } from "../api/names";
import { useCaller } from "../session/session";

/** The promises of a case; events make them stale. */
export function useClocks(ticketId: string): Clock[] {
  const { tenant } = useCaller();
  const params = { path: { ticket_id: ticketId }, query: { tenant_id: tenant } };
  const { data } = useQuery({
    queryKey: ["clocks", ticketId],
    queryFn: () => said(api.GET("/api/v1/tickets/{ticket_id}/clocks", { params })),
    staleTime: Infinity,
  });
  return data?.clocks ?? [];
}

/** The one that runs out first. */
export function nearest(clocks: Clock[]): Clock | undefined {
  return clocks.filter(({ state }) => state === "STATE_RUNNING").sort((one, other) => due(one) - due(other))[0];
}

export function due({ due_time: time }: Clock): number {
  return time ? Date.parse(time) : Infinity;
}
