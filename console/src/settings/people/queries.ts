/** Who works at the desk, in which teams, and whether they take work. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useChange } from "../../api/change";
import { api, requestId, said } from "../../api/client";
import type { Agent, Team } from "../../api/names";
import { useCaller } from "../../session/session";
import { useSubmission } from "../submission";

const PAGE_SIZE = 50;

/** Also those who left; `useAgents` knows only who works here. */
export function useAgentPages() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["agents", tenant, "pages"],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/agents", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useTeamPages() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["teams", tenant, "pages"],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/teams", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useSaveAgent() {
  const { tenant } = useCaller();
  const submission = useSubmission(["agents"], ["audit-log"]);
  const save = ({ id, ...agent }: Agent) =>
    submission.submit(() => {
      const request_id = requestId();
      if (!id) return said(api.POST("/api/v1/tenants/{tenant_id}/agents", { params: { path: { tenant_id: tenant }, query: { request_id } }, body: agent }));
      const query = { update_mask: "name,key_id,skills,capacity,team_ids", request_id };
      return said(api.PATCH("/api/v1/tenants/{tenant_id}/agents/{agent_id}", { params: { path: { tenant_id: tenant, agent_id: id }, query }, body: agent }));
    });
  return { submission, save };
}

export function useSaveTeam() {
  const { tenant } = useCaller();
  const submission = useSubmission(["teams"], ["audit-log"]);
  const save = ({ id, ...team }: Team) =>
    submission.submit(() => {
      const request_id = requestId();
      if (!id) return said(api.POST("/api/v1/tenants/{tenant_id}/teams", { params: { path: { tenant_id: tenant }, query: { request_id } }, body: team }));
      const query = { update_mask: "name,auto_assign", request_id };
      return said(api.PATCH("/api/v1/tenants/{tenant_id}/teams/{team_id}", { params: { path: { tenant_id: tenant, team_id: id }, query }, body: team }));
    });
  return { submission, save };
}

export function useArchiveAgent() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["agents"], ["audit-log"]);
  const archive = (id: string) => {
    const params = { path: { tenant_id: tenant, agent_id: id } };
    return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/agents/{agent_id}:archive", { params, body: { request_id: requestId() } })));
  };
  return { archive, isChanging };
}
