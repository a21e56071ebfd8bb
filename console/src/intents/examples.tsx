import { useRef, useState } from "react";
import type { Example } from "../api/names";
import { Badge, Button } from "../design/controls";
import { Listing } from "../design/listing";
import { useMay } from "../session/session";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { MeantSelect } from "./meant";
import { useExamples, useIntentCommands } from "./queries";
import { intentWords } from "./words";

/** What customers say when they mean it: reworded, moved to another intent, taken out. */
export function Examples({ intent }: { intent: string }) {
  const say = useWords(intentWords);
  const list = useExamples(intent);
  const examples = list.data?.pages.flatMap((page) => page.examples ?? []) ?? [];
  return (
    <Listing list={list} isEmpty={examples.length === 0} empty={say("noExamples")}>
      <ul className="examples" aria-label={say("examples")}>
        {examples.map((example) => <ExampleRow key={example.id} example={example} />)}
      </ul>
    </Listing>
  );
}

function ExampleRow({ example }: { example: Example }) {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const mayMove = useMay("agent");
  const mayEdit = useMay("admin");
  const edit = useRef<HTMLButtonElement>(null);
  const [isEdited, setIsEdited] = useState(false);
  const { removeExample, isChanging } = useIntentCommands();
  const { correction: isCorrection, id = "", intent = "", language, text = "" } = example;
  function close() {
    setIsEdited(false);
    // Where it was opened, once that is there again.
    requestAnimationFrame(() => edit.current?.focus());
  }
  if (isEdited) return <li className="row"><Rewording example={example} onClose={close} /></li>;
  return (
    <li className="row">
      <span className="text" dir="auto">{text}</span>
      {isCorrection && <Badge tone="info">{say("correction")}</Badge>}
      {language && <span className="quiet">{language}</span>}
      {mayMove && <MeantSelect text={text} intent={intent} label={say("moveTo", { text })} />}
      {mayEdit && (
        <>
          <Button ref={edit} small onClick={() => { setIsEdited(true); }} aria-label={`${common("edit")}: ${text}`}>{common("edit")}</Button>
          <Button small look="danger" disabled={isChanging} onClick={() => void removeExample(id)} aria-label={`${common("remove")}: ${text}`}>{common("remove")}</Button>
        </>
      )}
    </li>
  );
}

function Rewording({ example, onClose }: { example: Example; onClose: () => void }) {
  const say = useWords(intentWords);
  const common = useWords(commonWords);
  const { reword, isChanging } = useIntentCommands();
  const [text, setText] = useState(example.text ?? "");
  async function save() {
    if (text.trim() === example.text || (await reword({ ...example, text: text.trim() }))) onClose();
  }
  return (
    <form className="row rewording" onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <input
        className="input"
        dir="auto"
        aria-label={say("example")}
        required
        maxLength={4000}
        autoFocus
        value={text}
        onChange={(event) => { setText(event.target.value); }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onClose();
        }}
      />
      <Button type="submit" small look="primary" disabled={isChanging}>{common("save")}</Button>
      <Button small onClick={onClose}>{common("cancel")}</Button>
    </form>
  );
}
