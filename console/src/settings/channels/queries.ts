/** The accounts that customers write to. Their secrets go in and never come out. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useChange } from "../../api/change";
import { api, requestId, said } from "../../api/client";
import type { Channel, ChannelState } from "../../api/names";
import type { LiveEvent } from "../../live/connection";
import { useLiveEvents } from "../../live/live";
import { useCaller } from "../../session/session";
import { useSubmission } from "../submission";

const PAGE_SIZE = 50;

export function useChannels() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["channels", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/channels", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useChannel(id: string) {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant, channel_id: id } };
  return useQuery({
    queryKey: ["channel", tenant, id],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}/channels/{channel_id}", { params }))).channel ?? {},
  });
}

export function useSaveChannel() {
  const { tenant } = useCaller();
  const submission = useSubmission(["channels"], ["channel"], ["audit-log"]);
  const { submit } = submission;
  return {
    submission,
    create: (channel: Channel) =>
      submit(async () => {
        const params = { path: { tenant_id: tenant }, query: { request_id: requestId() } };
        return (await said(api.POST("/api/v1/tenants/{tenant_id}/channels", { params, body: channel }))).channel ?? {};
      }),
    update: (id: string, mask: string, channel: Channel) =>
      submit(async () => {
        const params = { path: { tenant_id: tenant, channel_id: id }, query: { update_mask: mask, request_id: requestId() } };
        return (await said(api.PATCH("/api/v1/tenants/{tenant_id}/channels/{channel_id}", { params, body: channel }))).channel ?? {};
      }),
  };
}

export function useChannelState() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["channels"], ["channel"], ["audit-log"]);
  const setState = (id: string, state: ChannelState) => {
    const params = { path: { tenant_id: tenant, channel_id: id }, query: { update_mask: "state", request_id: requestId() } };
    return change(() => said(api.PATCH("/api/v1/tenants/{tenant_id}/channels/{channel_id}", { params, body: { state } })));
  };
  return { setState, isChanging };
}

/** The latest conversation of a channel; live events bring the first one. */
export function useLatestConversation(channelId: string) {
  const { tenant } = useCaller();
  const queries = useQueryClient();
  const heard = useCallback(
    (event: LiveEvent) => {
      if (event.type === "conversation.opened" || event.type === "message.received") void queries.invalidateQueries({ queryKey: ["latest-conversation", tenant, channelId] });
    },
    [queries, tenant, channelId],
  );
  useLiveEvents(heard);
  const query = { tenant_id: tenant, channel_id: channelId, page_size: 1 };
  return useQuery({
    queryKey: ["latest-conversation", tenant, channelId],
    queryFn: async () => (await said(api.GET("/api/v1/conversations", { params: { query } }))).conversations?.[0] ?? null,
    staleTime: 0,
  });
}
