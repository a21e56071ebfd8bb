/** When the desk is open. */
import { useQuery } from "@tanstack/react-query";
import { api, requestId, said } from "../../api/client";
import type { Calendar } from "../../api/names";
import { useCaller } from "../../session/session";
import { useSubmission } from "../submission";

export function useCalendars() {
  const { tenant } = useCaller();
  return useQuery({
    queryKey: ["calendars", tenant],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}/calendars", { params: { path: { tenant_id: tenant } } }))).calendars ?? [],
  });
}

export function useSaveCalendar() {
  const { tenant } = useCaller();
  const submission = useSubmission(["calendars"], ["clocks"], ["audit-log"]);
  const save = ({ id, ...calendar }: Calendar) =>
    submission.submit(() => {
      const request_id = requestId();
      if (!id) return said(api.POST("/api/v1/tenants/{tenant_id}/calendars", { params: { path: { tenant_id: tenant }, query: { request_id } }, body: calendar }));
      const query = { update_mask: "name,time_zone,weekly,holidays", request_id };
      return said(api.PATCH("/api/v1/tenants/{tenant_id}/calendars/{calendar_id}", { params: { path: { tenant_id: tenant, calendar_id: id }, query }, body: calendar }));
    });
  return { submission, save };
}
