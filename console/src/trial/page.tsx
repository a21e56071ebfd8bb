import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, requestId, said } from "../api/client";
import { Button } from "../design/controls";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { Answer, type Answered } from "./answer";
import "./trial.css";
import { trialWords } from "./words";

interface Exchange {
  id: string;
  question: string;
  answer?: Answered;
  failure?: string;
}

/** A chat through the test channel: what a customer would get, and how it came about. */
export default function Trial() {
  const say = useWords(trialWords);
  const { tenant } = useCaller();
  const [customer, setCustomer] = useState(newCustomer);
  const [exchanges, setExchanges] = useState<Exchange[]>([]);
  const [text, setText] = useState("");

  const change = (id: string, more: Partial<Exchange>) => {
    setExchanges((before) => before.map((exchange) => (exchange.id === id ? { ...exchange, ...more } : exchange)));
  };
  const sending = useMutation({
    mutationFn: ({ id, question }: Exchange) =>
      said(
        api.POST("/api/v1/test/test", {
          body: { message: question, customer_id: customer, channel: "test", tenant_id: tenant, request_id: id },
        }),
      ),
    onMutate: (exchange) => { setExchanges((before) => [...before, exchange]); },
    onSuccess: (answer, { id }) => { change(id, { answer }); },
    onError: (error, { id }) => { change(id, { failure: error.message }); },
  });
  const send = (question: string) => {
    if (!question.trim()) return;
    sending.mutate({ id: requestId(), question: question.trim() });
    setText("");
  };

  return (
    <div className="page trial">
      <header>
        <h1>{say("title")}</h1>
        <Button small onClick={() => { setCustomer(newCustomer()); setExchanges([]); }}>
          {say("fresh")}
        </Button>
      </header>
      <p className="quiet">{say("intro")}</p>
      <ol className="exchanges" aria-live="polite">
        {exchanges.map(({ id, question, answer, failure }) => (
          <li key={id} className="stack">
            <div className="utterance out">
              <div className="meta"><strong>{say("customer")}</strong></div>
              <p dir="auto">{question}</p>
            </div>
            <Answer answer={answer} failure={failure} />
          </li>
        ))}
      </ol>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); send(text); }}>
        <div className="row">
          <span className="quiet">{say("examples")}</span>
          {(["example1", "example2", "example3"] as const).map((example) => (
            <Button key={example} small disabled={sending.isPending} onClick={() => { send(say(example)); }}>
              {say(example)}
            </Button>
          ))}
        </div>
        <div className="row say">
          <input className="input" dir="auto" aria-label={say("you")} placeholder={say("you")} value={text} onChange={(event) => { setText(event.target.value); }} />
          <Button type="submit" look="primary" disabled={!text.trim() || sending.isPending}>
            {say("send")}
          </Button>
        </div>
      </form>
    </div>
  );
}

/** Another one each time, so that old conversations do not speak along. */
function newCustomer(): string {
  return `console-${crypto.randomUUID().slice(0, 8)}`;
}
