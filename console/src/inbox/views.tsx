import { useMyAgent } from "../agents/agents";
import { useWords } from "../words/words";
import type { Filters } from "./filters";
import { inboxWords } from "./words";

type Word = "waiting" | "mine" | "people" | "bot" | "snoozed" | "resolved" | "all";

/** The lists that everybody needs, one click each. */
export function Views({ filters, show }: { filters: Filters; show: (filters: Filters) => void }) {
  const say = useWords(inboxWords);
  const me = useMyAgent();
  const views: [Word, Filters][] = [
    ["all", {}],
    ["waiting", { status: "STATUS_OPEN", holder: "HOLDER_QUEUED" }],
    ...(me?.id ? [["mine", { status: "STATUS_OPEN", assignee_id: me.id }] satisfies [Word, Filters]] : []),
    ["people", { status: "STATUS_OPEN", holder: "HOLDER_PERSON" }],
    ["bot", { status: "STATUS_OPEN", holder: "HOLDER_BOT" }],
    ["snoozed", { status: "STATUS_SNOOZED" }],
    ["resolved", { status: "STATUS_RESOLVED" }],
  ];
  const current = name(filters);
  return (
    <div className="views" role="group" aria-label={say("views")}>
      {views.map(([word, view]) => (
        <button key={word} type="button" aria-pressed={name(view) === current} onClick={() => { show(view); }}>
          {say(word)}
        </button>
      ))}
    </div>
  );
}

function name({ status, holder, assignee_id }: Filters): string {
  return [status, holder, assignee_id].join();
}
