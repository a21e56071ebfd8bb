/** What customers are promised. */
import { useQuery } from "@tanstack/react-query";
import { useChange } from "../../api/change";
import { api, requestId, said } from "../../api/client";
import type { SlaPolicy } from "../../api/names";
import { useCaller } from "../../session/session";
import { useSubmission } from "../submission";

const MASK = "name,position,channels,intents,urgencies,customer_ids,targets,warn_percent,answered_by,on_breach";

/** In the order in which they are tried. */
export function useSlaPolicies() {
  const { tenant } = useCaller();
  return useQuery({
    queryKey: ["sla-policies", tenant],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}/sla_policies", { params: { path: { tenant_id: tenant } } }))).policies ?? [],
  });
}

export function useSaveSlaPolicy() {
  const { tenant } = useCaller();
  const submission = useSubmission(["sla-policies"], ["clocks"], ["audit-log"]);
  const save = ({ id, ...policy }: SlaPolicy) =>
    submission.submit(() => {
      const request_id = requestId();
      if (!id) return said(api.POST("/api/v1/tenants/{tenant_id}/sla_policies", { params: { path: { tenant_id: tenant }, query: { request_id } }, body: policy }));
      const params = { path: { tenant_id: tenant, policy_id: id }, query: { update_mask: MASK, request_id } };
      return said(api.PATCH("/api/v1/tenants/{tenant_id}/sla_policies/{policy_id}", { params, body: policy }));
    });
  return { submission, save };
}

export function useRemoveSlaPolicy() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["sla-policies"], ["audit-log"]);
  const remove = (id: string) => {
    const params = { path: { tenant_id: tenant, policy_id: id }, query: { request_id: requestId() } };
    return change(() => said(api.DELETE("/api/v1/tenants/{tenant_id}/sla_policies/{policy_id}", { params })));
  };
  return { remove, isChanging };
}
