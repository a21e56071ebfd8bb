/** What the tenant teaches, the models made of it, and what they say of a text. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "../api/change";
import { api, requestId, said } from "../api/client";
import type { Example, Intent, Training } from "../api/names";
import { useCaller } from "../session/session";

const PAGE_SIZE = 50;
const MOST_INTENTS = 200;
const LOOK_MILLISECONDS = 1000;
const RUNNING: Training["state"][] = ["STATE_QUEUED", "STATE_RUNNING"];

export interface Shown {
  /** Of the model whose report is shown; without it the live one's is. */
  version?: number;
}

export function shownFrom({ version }: Record<string, unknown>): Shown {
  return Number.isInteger(Number(version)) && Number(version) > 0 ? { version: Number(version) } : {};
}

export function useIntents() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["intents", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: MOST_INTENTS, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/intents", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

/** The names that a text can be given; none where the default intents serve. */
export function useIntentNames(): string[] {
  return useIntents().data?.pages.flatMap((page) => page.intents ?? []).map(({ name = "" }) => name) ?? [];
}

export function useExamples(intent: string) {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["examples", tenant, intent],
    queryFn: ({ pageParam }) => {
      const query = { intent, page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/intents:examples", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useIntentCommands() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["intents"], ["examples"]);
  const path = { tenant_id: tenant };
  return {
    isChanging,
    put: (intents: Intent[], examples: Example[]) => change(() => putIntents(tenant, intents, examples)),
    correct: (example: Example) =>
      change(() => said(api.POST("/api/v1/tenants/{tenant_id}/intents:correct", { params: { path }, body: { example, request_id: requestId() } }))),
    remove: (name: string) => {
      const params = { path: { ...path, name }, query: { request_id: requestId() } };
      return change(() => said(api.DELETE("/api/v1/tenants/{tenant_id}/intents/{name}", { params })));
    },
  };
}

export function putIntents(tenant: string, intents: Intent[], examples: Example[]) {
  const params = { path: { tenant_id: tenant } };
  return said(api.POST("/api/v1/tenants/{tenant_id}/intents", { params, body: { intents, examples, request_id: requestId() } }));
}

export function useModels() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["models", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/models", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

/** With its whole report, which a list leaves out. */
export function useModel(version: number) {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant, version } };
  return useQuery({
    queryKey: ["model", tenant, version],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}/models/{version}", { params }))).model ?? {},
    staleTime: Infinity,
  });
}

/** An older one to roll back; 0 are the default intents. */
export function usePublish() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["models"]);
  const publish = (version: number) => {
    const params = { path: { tenant_id: tenant, version } };
    return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/models/{version}:publish", { params, body: { request_id: requestId() } })));
  };
  return { publish, isChanging };
}

/** The training that this browser asked for last, looked at until it has ended. */
export function useTraining() {
  const { tenant } = useCaller();
  const queries = useQueryClient();
  const { change, isChanging } = useChange(["training"]);
  const kept = `cassava.training.${tenant}`;
  const { data: training } = useQuery({
    queryKey: ["training", tenant],
    queryFn: async () => {
      const id = localStorage.getItem(kept);
      if (!id) return {};
      const params = { path: { tenant_id: tenant, training_id: id } };
      const found = (await said(api.GET("/api/v1/tenants/{tenant_id}/trainings/{training_id}", { params }))).training ?? {};
      if (!isRunning(found)) await queries.invalidateQueries({ queryKey: ["models", tenant] });
      return found;
    },
    refetchInterval: ({ state }) => isRunning(state.data) && LOOK_MILLISECONDS,
  });
  const path = { tenant_id: tenant };
  return {
    training,
    isRunning: isRunning(training),
    isChanging,
    start: () =>
      change(async () => {
        const begun = await said(api.POST("/api/v1/tenants/{tenant_id}/trainings", { params: { path }, body: { request_id: requestId() } }));
        localStorage.setItem(kept, begun.training?.id ?? "");
      }),
    cancel: () => {
      const params = { path: { ...path, training_id: training?.id ?? "" } };
      return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/trainings/{training_id}:cancel", { params, body: { request_id: requestId() } })));
    },
  };
}

function isRunning(training: Training | undefined): boolean {
  return RUNNING.includes(training?.state);
}

/** How a text is understood and by which reasons. Nothing of it is kept. */
export function useExplained(text: string) {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant } };
  return useQuery({
    queryKey: ["explained", tenant, text],
    queryFn: () => said(api.POST("/api/v1/tenants/{tenant_id}/intents:explain", { params, body: { text } })),
    enabled: text !== "",
    staleTime: 0,
  });
}

/** Groups of texts that might be intents; the texts are not kept. */
export function useSuggestions() {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant } };
  return useMutation({
    mutationFn: async (texts: string[]) =>
      (await said(api.POST("/api/v1/tenants/{tenant_id}/intents:suggest", { params, body: { texts } }))).suggestions ?? [],
  });
}
