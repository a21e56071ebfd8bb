import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Toasts } from "../design/toasts";
import { LiveProvider } from "../live/live";
import { NAVIGATION } from "../pages";
import { CallerContext, useMay, type Caller } from "../session/session";
import { SignedIn } from "../session/signed-in";
import { useWords } from "../words/words";
import { AccountMenu } from "./account-menu";
import { LiveMark } from "./live-mark";
import "./shell.css";
import { shellWords } from "./words";

/** Around every page: who is signed in, where one can go, whether what is shown is live. */
export function Shell() {
  const say = useWords(shellWords);
  return (
    <Toasts dismiss={say("dismiss")}>
      <SignedIn>
        {(caller, chooseTenant) => (
          <CallerContext value={caller}>
            <LiveProvider tenant={caller.tenant}>
              <Frame caller={caller} chooseTenant={chooseTenant} />
            </LiveProvider>
          </CallerContext>
        )}
      </SignedIn>
    </Toasts>
  );
}

interface FrameProps {
  caller: Caller;
  chooseTenant: ((tenant: string) => void) | undefined;
}

function Frame({ caller, chooseTenant }: FrameProps) {
  const say = useWords(shellWords);
  const pages = useCurrentInSight();
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {say("skip")}
      </a>
      <header className="bar">
        <strong className="brand">Cassava</strong>
        <nav ref={pages} aria-label={say("pages")}>
          {NAVIGATION.map((page) => (
            <NavigationLink key={page.to} page={page} label={say(page.word)} />
          ))}
        </nav>
        <LiveMark />
        <AccountMenu caller={caller} chooseTenant={chooseTenant} />
      </header>
      <main id="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** On a narrow screen the pages are in a row that scrolls: the one that is open is to be seen in it. */
function useCurrentInSight() {
  const pages = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    pages.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  return pages;
}

type Page = (typeof NAVIGATION)[number];

function NavigationLink({ page, label }: { page: Page; label: string }) {
  const isOpen = useMay("least" in page ? page.least : "viewer");
  if (!isOpen) return null;
  return (
    <Link to={page.to} activeProps={{ "aria-current": "page" }}>
      {label}
    </Link>
  );
}
