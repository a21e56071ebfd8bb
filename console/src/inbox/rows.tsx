import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent } from "react";
import type { Conversation } from "../api/names";
import { useWords } from "../words/words";
import { Row } from "./row";
import { inboxWords } from "./words";

const ROW_PIXELS = 76;
const OVERSCAN = 8;

interface Props {
  rows: Conversation[];
  /** Called near the end of what is there. */
  readOn: () => void;
}

/** Only what one sees is drawn, however long the list; what comes in above does not move what one reads. */
export function Rows({ rows, readOn }: Props) {
  const say = useWords(inboxWords);
  const frame = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
  });
  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - OVERSCAN) readOn();
  }, [last, rows.length, readOn]);
  useStillness(frame, rows);

  return (
    <div ref={frame} className="rows" onKeyDown={move}>
      <ol aria-label={say("list")} style={{ blockSize: virtualizer.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const conversation = rows[index];
          return (
            conversation && (
              <li key={key} aria-setsize={rows.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)`, blockSize: ROW_PIXELS }}>
                <Link to="/conversations/$conversationId" params={{ conversationId: conversation.id ?? "" }}>
                  <Row conversation={conversation} />
                </Link>
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}

/** Keep the first visible row where it is when rows come or go above it. */
function useStillness(frame: React.RefObject<HTMLDivElement | null>, rows: Conversation[]): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const element = frame.current;
    const was = before.current;
    before.current = rows;
    if (!element || element.scrollTop < 1 || was === rows) return;
    const first = was[Math.floor(element.scrollTop / ROW_PIXELS)];
    const now = rows.findIndex(({ id }) => id === first?.id);
    const then = first ? was.indexOf(first) : -1;
    if (now >= 0 && then >= 0 && now !== then) element.scrollTop += (now - then) * ROW_PIXELS;
  }, [frame, rows]);
}

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function move(event: KeyboardEvent<HTMLDivElement>): void {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll("a")].sort((one, other) => place(one) - place(other));
  const current = links.findIndex((link) => link === document.activeElement);
  links[current + step]?.focus();
  event.preventDefault();
}

function place(link: Element): number {
  return Number(link.parentElement?.getAttribute("aria-posinset"));
}
