import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { Empty, Notice } from "../design/controls";
import { useWords } from "../words/words";
import { useConversations } from "./conversations";
import type { Filters } from "./filters";
import { FilterBar } from "./filter-bar";
import "./inbox.css";
import { Rows } from "./rows";
import { Views } from "./views";
import { inboxWords } from "./words";

/** What waits, for whom, how long. */
export default function Inbox() {
  const say = useWords(inboxWords);
  const filters = useSearch({ from: "/inbox" });
  const navigate = useNavigate({ from: "/inbox" });
  const search = useRef<HTMLInputElement>(null);
  const { rows, isPending, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useConversations(filters);

  const show = useCallback((next: Filters) => void navigate({ search: next }), [navigate]);
  useSlash(search);
  const readOn = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  return (
    <div className="inbox">
      <header>
        <h1>{say("title")}</h1>
        <Views filters={filters} show={show} />
        <FilterBar filters={filters} show={show} search={search} />
      </header>
      {error && <Notice tone="bad">{say("failed", { why: error.message })}</Notice>}
      {rows.length > 0 ? (
        <Rows rows={rows} readOn={readOn} />
      ) : (
        !isPending && !error && <Empty>{say(Object.values<unknown>(filters).some(Boolean) ? "nothing" : "empty")}</Empty>
      )}
    </div>
  );
}

/** "/" goes to the search, wherever one is not writing. */
function useSlash(search: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const isWriting = event.target instanceof Element && event.target.closest("input, textarea, select");
      if (event.key !== "/" || isWriting || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      search.current?.focus();
    }
    addEventListener("keydown", press);
    return () => { removeEventListener("keydown", press); };
  }, [search]);
}
