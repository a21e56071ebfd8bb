/** What an agent does to a conversation. Each is safe to repeat; who was slower is told and shown what is. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, Refused, requestId, said } from "../api/client";
import type { Content, Conversation, Message, Then } from "../api/names";
import { useToast } from "../design/toasts";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { conversationWords } from "./words";

interface Outgoing {
  text: string;
  note: boolean;
  then?: Then;
  content?: Content;
}

export function useCommands(conversation: Conversation) {
  const { tenant } = useCaller();
  const id = conversation.id ?? "";
  const params = { path: { conversation_id: id } };
  const etag = conversation.etag;
  const body = () => ({ tenant_id: tenant, request_id: requestId() });
  const { run, isRunning } = useRun(id);
  return {
    isRunning,
    takeOver: () => run(() => said(api.POST("/api/v1/conversations/{conversation_id}:take_over", { params, body: body() }))),
    handBack: () => run(() => said(api.POST("/api/v1/conversations/{conversation_id}:release", { params, body: body() }))),
    resolve: () => run(() => said(api.POST("/api/v1/conversations/{conversation_id}:resolve", { params, body: body() }))),
    reopen: () => run(() => said(api.POST("/api/v1/conversations/{conversation_id}:reopen", { params, body: body() }))),
    snooze: (until?: Date) =>
      run(() =>
        said(api.POST("/api/v1/conversations/{conversation_id}:snooze", { params, body: { ...body(), ...(until && { until: until.toISOString() }) } })),
      ),
    assign: (to: { assignee_id?: string; team_id?: string }) =>
      run(() => said(api.POST("/api/v1/conversations/{conversation_id}:assign", { params, body: { ...body(), ...to, ...(etag && { etag }) } }))),
    setTags: (tags: string[]) => {
      const query = { tenant_id: tenant, update_mask: "tags", request_id: requestId() };
      return run(() =>
        said(api.PATCH("/api/v1/conversations/{conversation_id}", { params: { ...params, query }, body: { tags, ...(etag && { etag }) } })),
      );
    },
    post: (message: Outgoing) =>
      run(() => said(api.POST("/api/v1/conversations/{conversation_id}/messages", { params, body: { ...body(), ...message } }))),
    resend: (message: Message) => {
      const path = { ...params.path, message_id: message.id ?? "" };
      return run(() =>
        said(api.POST("/api/v1/conversations/{conversation_id}/messages/{message_id}:resend", { params: { path }, body: body() })),
      );
    },
  };
}

export type Commands = ReturnType<typeof useCommands>;

/** Do it, say why not, and read again what it changed; true when it was done. */
function useRun(id: string) {
  const queries = useQueryClient();
  const toast = useToast();
  const say = useWords(conversationWords);
  const { mutateAsync, isPending } = useMutation({ mutationFn: (command: () => Promise<unknown>) => command() });
  const run = async (command: () => Promise<unknown>): Promise<boolean> => {
    try {
      await mutateAsync(command);
      return true;
    } catch (error) {
      if (error instanceof Refused && error.isStale) toast(say("stale"), "warn");
      else toast(say("refused", { why: error instanceof Error ? error.message : "" }), "bad");
      return false;
    } finally {
      void queries.invalidateQueries({ queryKey: ["conversation", id] });
    }
  };
  return { run, isRunning: isPending };
}
