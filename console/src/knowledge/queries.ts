/** What the tenant knows, what would be answered from it, what was asked in vain. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useChange } from "../api/change";
import { api, requestId, said } from "../api/client";
import type { Article } from "../api/names";
import { useCaller, useMay } from "../session/session";

const PAGE_SIZE = 50;
const SHOWN_PASSAGES = 5;

export function useArticles() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["articles", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/articles", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

/** With its text, which a list leaves out. */
export function useArticle(id: string | undefined) {
  const { tenant } = useCaller();
  const params = { path: { tenant_id: tenant, article_id: id ?? "" } };
  return useQuery({
    queryKey: ["article", tenant, id],
    queryFn: async () => (await said(api.GET("/api/v1/tenants/{tenant_id}/articles/{article_id}", { params }))).article ?? {},
    enabled: id !== undefined,
    staleTime: 0,
  });
}

export function useArticleCommands() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["articles"], ["article"], ["answer"]);
  // The form still shows what is gone: nobody asks for it again.
  const { change: without, isChanging: isRemoving } = useChange(["articles"], ["answer"]);
  return {
    isChanging: isChanging || isRemoving,
    save: (article: Article) => change(() => (article.id ? update(tenant, article) : create(tenant, article))),
    remove: (id: string) => {
      const params = { path: { tenant_id: tenant, article_id: id }, query: { request_id: requestId() } };
      return without(() => said(api.DELETE("/api/v1/tenants/{tenant_id}/articles/{article_id}", { params })));
    },
  };
}

export function create(tenant: string, article: Article) {
  const params = { path: { tenant_id: tenant }, query: { request_id: requestId() } };
  return said(api.POST("/api/v1/tenants/{tenant_id}/articles", { params, body: article }));
}

function update(tenant: string, { id = "", ...article }: Article) {
  const query = { update_mask: "title,body,language,url,status", request_id: requestId() };
  const params = { path: { tenant_id: tenant, article_id: id }, query };
  return said(api.PATCH("/api/v1/tenants/{tenant_id}/articles/{article_id}", { params, body: article }));
}

/** The passages, and for those who may ask for one the answer that would be given. Nothing of it is kept. */
export function useAnswer(question: string) {
  const { tenant } = useCaller();
  const path = { tenant_id: tenant };
  const maySeeReply = useMay("agent");
  const passages = useQuery({
    queryKey: ["answer", tenant, question, "passages"],
    queryFn: () => said(api.GET("/api/v1/tenants/{tenant_id}/articles:search", { params: { path, query: { query: question, limit: SHOWN_PASSAGES } } })),
    enabled: question !== "",
  });
  const reply = useQuery({
    queryKey: ["answer", tenant, question, "reply"],
    queryFn: async () => (await said(api.POST("/api/v1/tenants/{tenant_id}/replies", { params: { path }, body: { messages: [question] } }))).outcome ?? {},
    enabled: question !== "" && maySeeReply,
  });
  return { passages, reply };
}

export function useUnansweredQuestions() {
  const { tenant } = useCaller();
  return useInfiniteQuery({
    queryKey: ["questions", tenant],
    queryFn: ({ pageParam }) => {
      const query = { page_size: PAGE_SIZE, page_token: pageParam };
      return said(api.GET("/api/v1/tenants/{tenant_id}/unanswered_questions", { params: { path: { tenant_id: tenant }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function useDismiss() {
  const { tenant } = useCaller();
  const { change, isChanging } = useChange(["questions"]);
  const dismiss = (id: string) => {
    const params = { path: { tenant_id: tenant, question_id: id } };
    return change(() => said(api.POST("/api/v1/tenants/{tenant_id}/unanswered_questions/{question_id}:dismiss", { params, body: { request_id: requestId() } })));
  };
  return { dismiss, isChanging };
}
