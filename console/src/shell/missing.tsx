/** What stands where a page cannot: there is none of that address, or it broke. */
import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { Button, Notice } from "../design/controls";
import { useWords } from "../words/words";
import { shellWords } from "./words";

export function NoSuchPage() {
  const say = useWords(shellWords);
  return (
    <div className="page">
      <header>
        <h1>{say("notFound")}</h1>
      </header>
      <p><Link to="/inbox" className="button">{say("inbox")}</Link></p>
    </div>
  );
}

/** Loaded anew, it has the code of the installation as it is now: after an upgrade that is all it lacks. */
export function BrokenPage({ error }: ErrorComponentProps) {
  const say = useWords(shellWords);
  return (
    <div className="page">
      <header>
        <h1>{say("broken")}</h1>
      </header>
      <Notice tone="bad">{say("failed", { why: error instanceof Error ? error.message : String(error) })}</Notice>
      <p className="row">
        <Button look="primary" onClick={() => { location.reload(); }}>{say("again")}</Button>
        <Link to="/inbox" className="button">{say("inbox")}</Link>
      </p>
    </div>
  );
}
