/** Who is signed in. The key itself never reaches a script: the gateway keeps it in a cookie. */
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, said } from "../api/client";
import type { paths } from "../api/gen/schema";

export type Session = paths["/api/v1/session"]["get"]["responses"]["200"]["content"]["application/json"];
export type Role = Session["role"];

const LADDER = ["viewer", "agent", "admin", "platform"];

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => said(api.GET("/api/v1/session")),
  staleTime: Infinity,
});

export function useSession() {
  return useQuery(sessionQuery);
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => said(api.POST("/api/v1/session", { body: { key } })),
    onSuccess: (session) => { changeOver(queries, session); },
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => said(api.DELETE("/api/v1/session")),
    onSuccess: (session) => { changeOver(queries, session); },
  });
}

/** What one caller has read is nothing for the next. */
function changeOver(queries: QueryClient, session: Session): void {
  queries.setQueryData(sessionQuery.queryKey, session);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
}

/** The signed-in caller and the tenant they look at. */
export interface Caller {
  tenant: string;
  role: Role;
  name: string;
  keyId: string;
}

export const CallerContext = createContext<Caller | undefined>(undefined);

export function useCaller(): Caller {
  const caller = useContext(CallerContext);
  if (!caller) throw new Error("there is no caller outside of the shell");
  return caller;
}

/** Whether this caller's role opens what the contract gives to `least`. */
export function useMay(least: "viewer" | "agent" | "admin" | "platform"): boolean {
  const { role } = useCaller();
  return LADDER.indexOf(role) >= LADDER.indexOf(least);
}
