import type { ReactNode } from "react";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { Button, Empty, Notice } from "./controls";

interface Listed {
  isPending: boolean;
  error: Error | null;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
}

/** A list that comes by pages: what it is until it is there, and how it goes on. */
export function Listing({ list, isEmpty, empty, children }: { list: Listed; isEmpty: boolean; empty?: ReactNode; children: ReactNode }) {
  const say = useWords(commonWords);
  if (list.error) return <Notice tone="bad">{say("failed", { why: list.error.message })}</Notice>;
  if (list.isPending) return <Empty>{say("loading")}</Empty>;
  if (isEmpty) return <Empty>{empty ?? say("nothing")}</Empty>;
  return (
    <>
      <div className="scrolling">{children}</div>
      {list.hasNextPage && (
        <Button className="more" disabled={list.isFetchingNextPage} onClick={() => { list.fetchNextPage?.(); }}>
          {say("more")}
        </Button>
      )}
    </>
  );
}
