/** How the desk is doing, from rollups that follow what happens by a second or two. */
import { queryOptions } from "@tanstack/react-query";
import { api, said } from "../api/client";
import { text } from "../api/download";
import { BEHIND, exportedFrom, type Drilled } from "./exported";

export const PERIODS = [1, 7, 30, 90] as const;
const USUAL_PERIOD = 7;
const OLD_MILLISECONDS = 30_000;

export interface Period {
  days: number;
}

export function periodFrom(search: Record<string, unknown>): Period {
  return { days: PERIODS.find((days) => days === Number(search["days"])) ?? USUAL_PERIOD };
}

export interface Behind extends Period {
  figure?: Drilled;
  of?: string;
}

export function behindFrom(search: Record<string, unknown>): Behind {
  const figure = (Object.keys(BEHIND) as Drilled[]).find((each) => each === search["figure"]);
  const of = search["of"];
  return { ...periodFrom(search), ...(figure && { figure }), ...(typeof of === "string" && { of }) };
}

export function exportAddress(tenant: string, days: number): string {
  return `/api/v1/analytics/export.csv?${new URLSearchParams({ tenant_id: tenant, days: String(days) }).toString()}`;
}

export function exportQuery(tenant: string, days: number) {
  return queryOptions({
    queryKey: ["analytics", tenant, "export", days],
    queryFn: async () => exportedFrom(await text(exportAddress(tenant, days))),
  });
}

export function dashboardQuery(tenant: string, days: number) {
  return queryOptions({
    queryKey: ["analytics", tenant, "dashboard", days],
    queryFn: () => said(api.GET("/api/v1/analytics/dashboard", { params: { query: { tenant_id: tenant, days } } })),
    refetchInterval: OLD_MILLISECONDS,
  });
}

/** A single day is looked at by the hour. */
export function seriesQuery(tenant: string, days: number) {
  const step = days === 1 ? "STEP_HOUR" : "STEP_DAY";
  return queryOptions({
    queryKey: ["analytics", tenant, "series", days],
    queryFn: () => said(api.GET("/api/v1/analytics/timeseries", { params: { query: { tenant_id: tenant, days, step } } })),
    refetchInterval: OLD_MILLISECONDS,
  });
}

export function agentReportQuery(tenant: string, days: number) {
  return queryOptions({
    queryKey: ["analytics", tenant, "agents", days],
    queryFn: () => said(api.GET("/api/v1/analytics/agents", { params: { query: { tenant_id: tenant, days } } })),
    refetchInterval: OLD_MILLISECONDS,
  });
}
