import { useState } from "react";
import type { Customer } from "../api/names";
import { Button, Notice } from "../design/controls";
import { Listing } from "../design/listing";
import { Dialog } from "../design/overlays";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { useCustomerCommands, useCustomers, type CustomerSearch } from "./queries";
import { SearchRow } from "./search-row";
import { customerWords } from "./words";

interface Props {
  customer: Customer;
  isOpen: boolean;
  onClose: () => void;
}

/** Look for the other one, see who it is, then say yes: there is no way back. */
export function MergeDialog({ customer, isOpen, onClose }: Props) {
  const say = useWords(customerWords);
  return (
    <Dialog open={isOpen} onClose={onClose} title={say("merge")}>
      <Merge customer={customer} onClose={onClose} />
    </Dialog>
  );
}

function Merge({ customer, onClose }: Omit<Props, "isOpen">) {
  const say = useWords(customerWords);
  const common = useWords(commonWords);
  const { merge, isChanging } = useCustomerCommands(customer);
  const [search, show] = useState<CustomerSearch>({});
  const [other, choose] = useState<Customer>();
  const named = ({ name, aliases = [] }: Customer) => [name || say("unknown"), ...aliases.map(({ value }) => value)].join(" · ");
  async function confirm() {
    if (other?.id && (await merge(other.id))) onClose();
  }
  return (
    <>
      {other ? (
        <Notice tone="warn">{say("mergeWarning", { other: named(other), kept: named(customer) })}</Notice>
      ) : (
        <>
          <p>{say("mergeHint")}</p>
          <SearchRow search={search} show={show} />
          <Found search={search} except={customer.id ?? ""} named={named} choose={choose} />
        </>
      )}
      <div className="actions">
        <Button onClick={onClose}>{common("cancel")}</Button>
        {other && <Button look="danger" disabled={isChanging} onClick={() => void confirm()}>{say("mergeNow")}</Button>}
      </div>
    </>
  );
}

interface FoundProps {
  search: CustomerSearch;
  except: string;
  named: (customer: Customer) => string;
  choose: (customer: Customer) => void;
}

function Found({ search, except, named, choose }: FoundProps) {
  const list = useCustomers(search);
  const others = (list.data?.pages.flatMap((page) => page.customers ?? []) ?? []).filter(({ id }) => id !== except);
  return (
    <Listing list={list} isEmpty={others.length === 0}>
      <ul className="found">
        {others.map((other) => (
          <li key={other.id}>
            <Button look="plain" onClick={() => { choose(other); }}>{named(other)}</Button>
          </li>
        ))}
      </ul>
    </Listing>
  );
}
