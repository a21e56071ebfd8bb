import { useState } from "react";
import type { Article } from "../api/names";
import { Badge, Button } from "../design/controls";
import { Listing } from "../design/listing";
import { Ago } from "../design/times";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useLanguageNames, useWords } from "../words/words";
import { ArticleDialog } from "./article-dialog";
import { Import } from "./import";
import "./knowledge.css";
import { useArticles } from "./queries";
import { TryOut } from "./try-out";
import { Unanswered } from "./unanswered";
import { knowledgeWords } from "./words";

/** The articles that answers are made from, and where they fall short. */
export default function Knowledge() {
  const say = useWords(knowledgeWords);
  const mayWrite = useMay("admin");
  const [opened, open] = useState<Article>();
  return (
    <div className="page">
      <header>
        <h1>{say("title")}</h1>
        {mayWrite && <Button look="primary" onClick={() => { open({}); }}>{say("write")}</Button>}
      </header>
      <div className="knowledge">
        <div className="stack">
          {mayWrite && <Import />}
          <Articles open={open} />
        </div>
        <div className="stack">
          <TryOut />
          <Unanswered write={(title) => { open({ title }); }} />
        </div>
      </div>
      <ArticleDialog article={opened} onClose={() => { open(undefined); }} />
    </div>
  );
}

function Articles({ open }: { open: (article: Article) => void }) {
  const say = useWords(knowledgeWords);
  const common = useWords(commonWords);
  const languages = useLanguageNames();
  const list = useArticles();
  const articles = list.data?.pages.flatMap((page) => page.articles ?? []) ?? [];
  return (
    <Listing list={list} isEmpty={articles.length === 0} empty={say("none")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("article")}</th>
            <th scope="col">{say("language")}</th>
            <th scope="col">{common("status")}</th>
            <th scope="col">{say("changed")}</th>
          </tr>
        </thead>
        <tbody>
          {articles.map((article) => (
            <tr key={article.id}>
              <th scope="row"><Button look="plain" className="title" dir="auto" onClick={() => { open(article); }}>{article.title || article.slug}</Button></th>
              <td>{languages(article.language)}</td>
              <td>{article.status === "STATUS_DRAFT" ? <Badge tone="warn">{say("draft")}</Badge> : <Badge tone="good">{say("published")}</Badge>}</td>
              <td className="quiet"><Ago time={article.update_time} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </Listing>
  );
}
