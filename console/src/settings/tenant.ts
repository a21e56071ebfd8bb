/** What the tenant decides, as one record that several pages change a part of. */
import { useQuery } from "@tanstack/react-query";
import { api, requestId, said } from "../api/client";
import type { Policy, Tenant } from "../api/names";
import { useCaller } from "../session/session";
import { useSubmission } from "./submission";

export function useTenant() {
  const { tenant } = useCaller();
  return useQuery({
    queryKey: ["tenant", tenant],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: tenant } } }))).tenant ?? {},
  });
}

/** The named parts of the policy, and what the tenant is then; refused where somebody changed the tenant since `known` was read. */
export function useSavePolicy() {
  const { tenant } = useCaller();
  const submission = useSubmission(["tenant", tenant], ["audit-log"]);
  const save = (known: Tenant, parts: (keyof Policy)[], policy: Policy) =>
    submission.submit(async () => {
      const query = { update_mask: parts.map((part) => `policy.${part}`).join(","), request_id: requestId() };
      const body = { policy, ...(known.etag && { etag: known.etag }) };
      const answer = await said(api.PATCH("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: tenant }, query }, body }));
      return answer.tenant ?? {};
    });
  return { submission, save };
}
