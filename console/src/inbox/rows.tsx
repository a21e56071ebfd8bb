import { Link } from "@tanstack/react-router";
import { memo, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
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
  const { first, last } = useShown(frame);
  useEffect(() => {
    if (last >= rows.length) readOn();
  }, [last, rows.length, readOn]);
  useStillness(frame, rows);

  return (
    <div ref={frame} className="rows" onKeyDown={move}>
      <ol aria-label={say("list")} style={{ blockSize: rows.length * ROW_PIXELS }}>
        {rows.slice(first, last).map((conversation, place) => (
          <li
            key={conversation.id}
            aria-setsize={rows.length}
            aria-posinset={first + place + 1}
            style={{ transform: `translateY(${(first + place) * ROW_PIXELS}px)`, blockSize: ROW_PIXELS }}
          >
            <Opening conversation={conversation} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Drawn anew only with its own conversation. */
const Opening = memo(function Opening({ conversation }: { conversation: Conversation }) {
  return (
    <Link to="/conversations/$conversationId" params={{ conversationId: conversation.id ?? "" }}>
      <Row conversation={conversation} />
    </Link>
  );
});

/** Which rows are near the screen; all are of one height, so that this costs the same for any number of them. */
function useShown(frame: RefObject<HTMLDivElement | null>): { first: number; last: number } {
  const [shown, setShown] = useState({ first: 0, last: 2 * OVERSCAN });
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const look = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / ROW_PIXELS) - OVERSCAN);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / ROW_PIXELS) + OVERSCAN;
      setShown((before) => (before.first === first && before.last === last ? before : { first, last }));
    };
    const resize = new ResizeObserver(look);
    resize.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resize.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [frame]);
  return shown;
}

/** Keep the first visible row where it is when rows come or go above it. */
function useStillness(frame: RefObject<HTMLDivElement | null>, rows: Conversation[]): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const element = frame.current;
    const was = before.current;
    before.current = rows;
    if (!element || element.scrollTop < 1 || was === rows) return;
    const first = was[Math.floor(element.scrollTop / ROW_PIXELS)];
    const now = rows.findIndex(({ id }) => id === first?.id);
    const then = first ? was.indexOf(first) : -1;
    if (now >= 0 && then >= 0 && now !== then) element.scrollBy({ top: (now - then) * ROW_PIXELS, behavior: "instant" });
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
