/** The tenant's events as they happen, resumed by number after every gap. */
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from "react";
import { LiveConnection, type LiveEvent, type LiveState } from "./connection";
import { staleAfter } from "./stale";

const Context = createContext<LiveConnection | undefined>(undefined);
const nothing = () => () => undefined;

export function LiveProvider({ tenant, children }: { tenant: string; children: ReactNode }) {
  const queries = useQueryClient();
  const connection = useMemo(() => new LiveConnection(tenant), [tenant]);
  useEffect(() => {
    const forget = connection.onEvent((event) => {
      if (event.type === "resync_required") void queries.invalidateQueries();
      else for (const queryKey of staleAfter(event)) void queries.invalidateQueries({ queryKey });
    });
    connection.start();
    return () => {
      forget();
      connection.stop();
    };
  }, [connection, queries]);
  return <Context value={connection}>{children}</Context>;
}

export function useLiveState(): LiveState {
  const connection = useContext(Context);
  return useSyncExternalStore(connection?.onState ?? nothing, () => connection?.state ?? "connecting");
}

/** Hear every event, in order; `heard` must keep its identity. */
export function useLiveEvents(heard: (event: LiveEvent) => void): void {
  const connection = useContext(Context);
  useEffect(() => connection?.onEvent(heard), [connection, heard]);
}

/** Tell the other agents that somebody is writing. */
export function useSayTyping(): (conversationId: string) => void {
  const connection = useContext(Context);
  return useMemo(() => (conversationId) => { connection?.sayTyping(conversationId); }, [connection]);
}
