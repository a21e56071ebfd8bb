import { useState } from "react";
import type { Article } from "../api/names";
import { Button, Empty, Field } from "../design/controls";
import { Dialog } from "../design/overlays";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { useArticle, useArticleCommands } from "./queries";
import { knowledgeWords } from "./words";

/** One article, read and for admins written; without an id a new one. */
export function ArticleDialog({ article, onClose }: { article: Article | undefined; onClose: () => void }) {
  const say = useWords(knowledgeWords);
  const common = useWords(commonWords);
  const { data: whole, isFetching } = useArticle(article?.id);
  const shown = article?.id ? whole : article;
  return (
    <Dialog open={article !== undefined} onClose={onClose} title={say("article")}>
      {shown && !isFetching ? <ArticleForm key={shown.etag ?? "new"} article={shown} onClose={onClose} /> : <Empty>{common("loading")}</Empty>}
    </Dialog>
  );
}

function ArticleForm({ article, onClose }: { article: Article; onClose: () => void }) {
  const say = useWords(knowledgeWords);
  const common = useWords(commonWords);
  const isReadOnly = !useMay("admin");
  const { save, remove, isChanging } = useArticleCommands();
  const [draft, setDraft] = useState<Article>({ language: "en", status: "STATUS_PUBLISHED", ...article });
  const set = (part: Article) => { setDraft({ ...draft, ...part }); };
  const { id, title = "", body = "", language = "", status, url = "", etag } = draft;
  async function submit() {
    if (await save({ ...(id && { id }), ...(etag && { etag }), title, body, language, url, ...(status && { status }) })) onClose();
  }
  async function erase() {
    if (id && (await remove(id))) onClose();
  }
  return (
    <form className="stack article-form" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Field label={say("heading")}>
        {(given) => <input {...given} className="input" dir="auto" required maxLength={300} readOnly={isReadOnly} value={title} onChange={(event) => { set({ title: event.target.value }); }} />}
      </Field>
      <Field label={say("text")} hint="Markdown">
        {(given) => <textarea {...given} className="input" dir="auto" required rows={10} maxLength={500_000} readOnly={isReadOnly} value={body} onChange={(event) => { set({ body: event.target.value }); }} />}
      </Field>
      <Field label={say("link")}>
        {(given) => <input {...given} className="input" type="url" maxLength={2000} readOnly={isReadOnly} value={url} onChange={(event) => { set({ url: event.target.value }); }} />}
      </Field>
      <div className="filter-row">
        <Field label={say("language")} hint={say("languageHint")}>
          {(given) => <input {...given} className="input" pattern="[a-z]{2}" maxLength={2} readOnly={isReadOnly} value={language} onChange={(event) => { set({ language: event.target.value }); }} />}
        </Field>
        <label className="row">
          <input type="checkbox" disabled={isReadOnly} checked={status !== "STATUS_DRAFT"} onChange={(event) => { set({ status: event.target.checked ? "STATUS_PUBLISHED" : "STATUS_DRAFT" }); }} />
          {say("published")}
        </label>
      </div>
      <div className="actions">
        {id && !isReadOnly && <Button look="danger" disabled={isChanging} onClick={() => void erase()}>{common("remove")}</Button>}
        <Button onClick={onClose}>{common("cancel")}</Button>
        {!isReadOnly && <Button type="submit" look="primary" disabled={isChanging}>{common("save")}</Button>}
      </div>
    </form>
  );
}
