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
    reword: ({ id = "", text = "", intent = "", language = "" }: Example) => {
      const params = { path: { ...path, example_id: id }, query: { request_id: requestId() } };
      return change(() => said(api.PATCH("/api/v1/tenants/{tenant_id}/examples/{example_id}", { params, body: { text, intent, language } })));
    },
    removeExample: (id: string) => {
      const params = { path: { ...path, example_id: id }, query: { request_id: requestId() } };
      return change(() => said(api.DELETE("/api/v1/tenants/{tenant_id}/examples/{example_id}", { params })));
    },
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

/** Newest first; looked at until the newest has ended. */
export function useTrainings() {
  const { tenant } = useCaller();
  const queries = useQueryClient();
  const { change, isChanging } = useChange(["trainings"]);
  const path = { tenant_id: tenant };
  const list = useInfiniteQuery({
    queryKey: ["trainings", tenant],
    queryFn: async ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      const page = await said(api.GET("/api/v1/tenants/{tenant_id}/trainings", { params: { path, query } }));
      if (!isRunning(page.trainings?.[0])) void queries.invalidateQueries({ queryKey: ["models", tenant] });
      return page;
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    refetchInterval: ({ state }) => isRunning(state.data?.pages[0]?.trainings?.[0]) && LOOK_MILLISECONDS,
  });
  const trainings = list.data?.pages.flatMap((page) => page.trainings ?? []) ?? [];
  return {
    list,
    trainings,
    isRunning: isRunning(trainings[0]),
    isChanging,
    start: () => change(() => said(api.POST("/api/v1/tenants/{tenant_id}/trainings", { params: { path }, body: { request_id: requestId() } }))),
    cancel: () => {
      const params = { path: { ...path, training_id: trainings[0]?.id ?? "" } };
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
