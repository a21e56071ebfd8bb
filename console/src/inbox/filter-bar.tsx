import { useEffect, useState, type RefObject } from "react";
import { useAgents, useTeams } from "../agents/agents";
import { Button, Field } from "../design/controls";
import { Popover } from "../design/overlays";
import { useTerms } from "../words/terms";
import { useWords } from "../words/words";
import { CHANNELS, SENTIMENTS, URGENCIES, type Filters } from "./filters";
import { inboxWords } from "./words";

interface Props {
  filters: Filters;
  show: (filters: Filters) => void;
  search: RefObject<HTMLInputElement | null>;
}

const TYPED_MILLISECONDS = 300;

export function FilterBar({ filters, show, search }: Props) {
  const say = useWords(inboxWords);
  const count = Object.entries(filters).filter(([name, value]) => value !== undefined && !["status", "holder", "q"].includes(name)).length;
  return (
    <div className="row filters">
      <SearchField key={filters.q ?? ""} filters={filters} show={show} search={search} />
      <Popover label={say("more")} trigger={<Button small>{`${say("more")}${count ? ` (${count})` : ""} ▾`}</Button>}>
        <MoreFilters filters={filters} show={show} />
      </Popover>
    </div>
  );
}

function SearchField({ filters, show, search }: Props) {
  const say = useWords(inboxWords);
  const [words, setWords] = useState(filters.q ?? "");
  useEffect(() => {
    if (words === (filters.q ?? "")) return undefined;
    const timer = setTimeout(() => { show(without({ ...filters, q: words })); }, TYPED_MILLISECONDS);
    return () => { clearTimeout(timer); };
  }, [words, filters, show]);
  return (
    <input
      ref={search}
      type="search"
      className="input"
      aria-label={say("search")}
      placeholder={say("search")}
      title={say("keys")}
      autoFocus={Boolean(filters.q)}
      value={words}
      onChange={(event) => { setWords(event.target.value); }}
    />
  );
}

type Name = "channel" | "urgency" | "sentiment" | "team_id" | "assignee_id";

function MoreFilters({ filters, show }: Omit<Props, "search">) {
  const say = useWords(inboxWords);
  const term = useTerms();
  const agents = useAgents();
  const teams = useTeams();
  const named = (names: readonly string[]) => names.map((name) => ({ value: name, label: term(name) }));
  const people = (found: { id?: string; name?: string }[]) => found.map(({ id = "", name = "" }) => ({ value: id, label: name }));
  const choices: [Name, string, { value: string; label: string }[]][] = [
    ["channel", say("channel"), named(CHANNELS)],
    ["urgency", say("urgency"), named(URGENCIES)],
    ["sentiment", say("sentiment"), named(SENTIMENTS)],
    ["team_id", say("team"), people(teams)],
    ["assignee_id", say("assignee"), people(agents)],
  ];
  const set = (name: keyof Filters, value: string) => { show(without({ ...filters, [name]: value })); };
  return (
    <div className="stack more-filters">
      {choices.map(([name, label, options]) => (
        <Field key={name} label={label}>
          {(given) => (
            <select {...given} className="input" value={filters[name] ?? ""} onChange={(event) => { set(name, event.target.value); }}>
              <option value="">{say("any")}</option>
              {options.map(({ value, label: shown }) => (
                <option key={value} value={value}>
                  {shown}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
      {(["intent", "tag", "language"] as const).map((name) => (
        <Field key={name} label={say(name)}>
          {(given) => (
            <input {...given} className="input" defaultValue={filters[name] ?? ""} onBlur={(event) => { set(name, event.target.value.trim()); }} />
          )}
        </Field>
      ))}
      <label className="row">
        <input type="checkbox" checked={filters.unassigned ?? false} onChange={(event) => { show(without({ ...filters, unassigned: event.target.checked })); }} />
        {`${say("assignee")}: ${say("nobody")}`}
      </label>
      <Button small onClick={() => { show({}); }}>
        {say("clear")}
      </Button>
    </div>
  );
}

/** An empty filter is none, also in the address. */
function without(filters: Filters): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
}
