import { useState } from "react";
import { Button, Field } from "../design/controls";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import type { CustomerSearch } from "./queries";
import { customerWords } from "./words";

/** By the beginning of a word of the name, or by a number or user name as the channel knows it. */
export function SearchRow({ search, show }: { search: CustomerSearch; show: (search: CustomerSearch) => void }) {
  const say = useWords(customerWords);
  const common = useWords(commonWords);
  const [name, setName] = useState(search.name ?? "");
  const [alias, setAlias] = useState(search.alias ?? "");
  return (
    <form
      className="filter-row"
      role="search"
      aria-label={say("title")}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        show({ ...(name.trim() && { name: name.trim() }), ...(alias.trim() && { alias: alias.trim() }) });
      }}
    >
      <Field label={common("name")}>
        {(given) => <input {...given} className="input" maxLength={100} value={name} onChange={(event) => { setName(event.target.value); }} />}
      </Field>
      <Field label={say("alias")}>
        {(given) => <input {...given} className="input" maxLength={300} value={alias} onChange={(event) => { setAlias(event.target.value); }} />}
      </Field>
      <Button type="submit">{common("search")}</Button>
    </form>
  );
}
