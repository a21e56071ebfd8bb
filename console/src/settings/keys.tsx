import { useState } from "react";
import type { Key } from "../api/names";
import { Badge, Button, Field } from "../design/controls";
import { Listing } from "../design/listing";
import { Moment } from "../design/times";
import { commonWords } from "../words/common";
import { readable } from "../words/terms";
import { useWords } from "../words/words";
import { Confirm } from "./confirm";
import { ROLES, useKeyCommands, useKeys, type Role } from "./queries";
import { ShownOnce } from "./shown-once";
import { settingsWords } from "./words";

/** Keys by name and role; the secret of a new one is seen once, and never again. */
export function Keys() {
  const say = useWords(settingsWords);
  const common = useWords(commonWords);
  const list = useKeys();
  const [ending, end] = useState<Key>();
  const keys = list.data?.pages.flatMap((page) => page.keys ?? []) ?? [];
  return (
    <section className="card stack">
      <h2>{say("keys")}</h2>
      <NewKey />
      <Listing list={list} isEmpty={keys.length === 0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{common("name")}</th>
              <th scope="col">{say("role")}</th>
              <th scope="col">{common("since")}</th>
              <th scope="col">{say("ends")}</th>
              <td />
            </tr>
          </thead>
          <tbody>{keys.map((key) => <KeyRow key={key.id} found={key} end={end} />)}</tbody>
        </table>
      </Listing>
      <RevokeDialog ending={ending} onClose={() => { end(undefined); }} />
    </section>
  );
}

function KeyRow({ found, end }: { found: Key; end: (key: Key) => void }) {
  const say = useWords(settingsWords);
  const { create_time: since, expire_time: expires, name, revoke_time: revoked, role } = found;
  return (
    <tr>
      <th scope="row"><bdi>{name}</bdi></th>
      <td>{ROLES.includes(role as Role) ? say(role as Role) : readable(role ?? "")}</td>
      <td className="quiet"><Moment time={since} /></td>
      <td className="quiet">{revoked ? <Badge tone="bad">{say("revoked")}</Badge> : <Moment time={expires} />}</td>
      <td>{!revoked && <Button small look="danger" aria-label={`${say("revoke")}: ${name ?? ""}`} onClick={() => { end(found); }}>{say("revoke")}</Button>}</td>
    </tr>
  );
}

function NewKey() {
  const say = useWords(settingsWords);
  const common = useWords(commonWords);
  const { create, isChanging } = useKeyCommands();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("CALLER_VIEWER");
  const [secret, show] = useState("");
  async function submit() {
    const created = await create(name.trim(), role);
    if (!created?.secret) return;
    show(created.secret);
    setName("");
  }
  return (
    <form className="filter-row" aria-label={say("newKey")} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <Field label={common("name")}>
        {(given) => <input {...given} className="input" required maxLength={200} value={name} onChange={(event) => { setName(event.target.value); }} />}
      </Field>
      <Field label={say("role")}>
        {(given) => (
          <select {...given} className="input" value={role} onChange={(event) => { setRole(event.target.value as Role); }}>
            {ROLES.map((each) => <option key={each} value={each}>{say(each)}</option>)}
          </select>
        )}
      </Field>
      <Button type="submit" disabled={isChanging}>{say("newKey")}</Button>
      <ShownOnce title={say("newKey")} secret={secret} onKept={() => { show(""); }} />
    </form>
  );
}

function RevokeDialog({ ending, onClose }: { ending: Key | undefined; onClose: () => void }) {
  const say = useWords(settingsWords);
  const { revoke, isChanging } = useKeyCommands();
  async function confirm() {
    if (ending?.id && (await revoke(ending.id))) onClose();
  }
  return (
    <Confirm open={ending !== undefined} title={`${say("revoke")}: ${ending?.name ?? ""}`} verb={say("revoke")} isChanging={isChanging} onConfirm={confirm} onClose={onClose}>
      <p>{say("revokeWarning")}</p>
    </Confirm>
  );
}
