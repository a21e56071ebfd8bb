import { Notice } from "../design/controls";
import { useMay } from "../session/session";
import { shellWords } from "../shell/words";
import { useWords } from "../words/words";
import { AuditLog } from "./audit-log";
import { Keys } from "./keys";
import "./settings.css";
import { settingsWords } from "./words";

/** What an admin looks after. */
export default function Settings() {
  const say = useWords(settingsWords);
  const shell = useWords(shellWords);
  const isAllowed = useMay("admin");
  return (
    <div className="page settings">
      <header>
        <h1>{say("title")}</h1>
      </header>
      {isAllowed ? (
        <>
          <Keys />
          <AuditLog />
        </>
      ) : (
        <Notice tone="warn">{shell("allowedFor")}</Notice>
      )}
    </div>
  );
}
