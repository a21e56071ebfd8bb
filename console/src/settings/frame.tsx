import { Link, Outlet } from "@tanstack/react-router";
import { Notice } from "../design/controls";
import { useMay } from "../session/session";
import { shellWords } from "../shell/words";
import { useWords } from "../words/words";
import { partWords } from "./part-words";
import "./settings.css";

const PAGES = [
  { to: "/settings", word: "access" },
  { to: "/settings/channels", word: "channels" },
  { to: "/settings/people", word: "people" },
  { to: "/settings/hours", word: "hours" },
  { to: "/settings/promises", word: "promises" },
  { to: "/settings/rules", word: "rules" },
  { to: "/settings/fields", word: "fields" },
  { to: "/settings/answers", word: "answers" },
  { to: "/settings/endpoints", word: "endpoints" },
] as const;

/** What an admin looks after, a page a subject. */
export default function Settings() {
  const say = useWords(partWords);
  const shell = useWords(shellWords);
  const isAllowed = useMay("admin");
  return (
    <div className="page settings">
      <header>
        <h1>{say("title")}</h1>
      </header>
      {isAllowed ? (
        <>
          <nav className="settings-pages" aria-label={say("pages")}>
            {PAGES.map(({ to, word }) => (
              <Link key={to} to={to} activeOptions={{ exact: to === "/settings" }} activeProps={{ "aria-current": "page" }}>{say(word)}</Link>
            ))}
          </nav>
          <Outlet />
        </>
      ) : (
        <Notice tone="warn">{shell("allowedFor")}</Notice>
      )}
    </div>
  );
}
