import { Button } from "../design/controls";
import { Listing } from "../design/listing";
import { Ago } from "../design/times";
import { useMay } from "../session/session";
import { useLanguageNames, useWords } from "../words/words";
import { useDismiss, useUnansweredQuestions } from "./queries";
import { knowledgeWords } from "./words";

/** What was asked and no article answered, the most asked first. */
export function Unanswered({ write }: { write: (title: string) => void }) {
  const say = useWords(knowledgeWords);
  const languages = useLanguageNames();
  const list = useUnansweredQuestions();
  const { dismiss, isChanging } = useDismiss();
  const mayWrite = useMay("admin");
  const mayDismiss = useMay("agent");
  const questions = list.data?.pages.flatMap((page) => page.questions ?? []) ?? [];
  return (
    <section className="card stack">
      <h2>{say("unanswered")}</h2>
      <Listing list={list} isEmpty={questions.length === 0} empty={say("allAnswered")}>
        <ul className="questions">
          {questions.map(({ conversations = 0, id = "", language, last_time: time, question = "" }) => (
            <li key={id}>
              <p dir="auto">{question}</p>
              <div className="row">
                <span className="quiet">{`${say("asked", { times: conversations })} · ${languages(language)} · `}<Ago time={time} /></span>
                {mayWrite && <Button small onClick={() => { write(question); }}>{say("answer")}</Button>}
                {mayDismiss && <Button small look="plain" disabled={isChanging} onClick={() => void dismiss(id)} aria-label={`${say("dismiss")}: ${question}`}>{say("dismiss")}</Button>}
              </div>
            </li>
          ))}
        </ul>
      </Listing>
    </section>
  );
}
