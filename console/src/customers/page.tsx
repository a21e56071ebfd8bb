import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Listing } from "../design/listing";
import { Moment } from "../design/times";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { customerSearchFrom, useCustomers } from "./queries";
import { SearchRow } from "./search-row";
import { customerWords } from "./words";

/** Everybody who ever wrote. */
export default function Customers() {
  const say = useWords(customerWords);
  const common = useWords(commonWords);
  const search = useSearch({ from: "/customers" });
  const navigate = useNavigate({ from: "/customers" });
  const list = useCustomers(search);
  const customers = list.data?.pages.flatMap((page) => page.customers ?? []) ?? [];
  return (
    <div className="page">
      <header>
        <h1>{say("title")}</h1>
      </header>
      <SearchRow search={search} show={(next) => void navigate({ search: customerSearchFrom({ ...next }) })} />
      <Listing list={list} isEmpty={customers.length === 0} empty={say("none")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common("name")}</th>
              <th scope="col">{say("aliases")}</th>
              <th scope="col">{common("since")}</th>
            </tr>
          </thead>
          <tbody>
            {customers.map(({ aliases = [], create_time: since, id = "", name }) => (
              <tr key={id}>
                <th scope="row">
                  <Link to="/customers/$customerId" params={{ customerId: id }}>
                    <bdi>{name || say("unknown")}</bdi>
                  </Link>
                </th>
                <td>{aliases.map(({ value }) => value).join(", ")}</td>
                <td className="quiet"><Moment time={since} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listing>
    </div>
  );
}
