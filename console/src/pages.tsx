/** Every page and its path in one table; a page's code is fetched when it is first looked at. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { filtersFrom } from "./inbox/filters";
import { Shell } from "./shell/shell";

const root = createRootRoute({ component: Shell });
const under = { getParentRoute: () => root };

const start = createRoute({
  ...under,
  path: "/",
  beforeLoad: () => {
    // The router's own way to say "go there".
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({ to: "/inbox" });
  },
});
const inbox = createRoute({
  ...under,
  path: "/inbox",
  validateSearch: filtersFrom,
  component: lazyRouteComponent(() => import("./inbox/page")),
});
const conversation = createRoute({
  ...under,
  path: "/conversations/$conversationId",
  component: lazyRouteComponent(() => import("./conversation/page")),
});
const trial = createRoute({
  ...under,
  path: "/try-it",
  component: lazyRouteComponent(() => import("./trial/page")),
});

export const router = createRouter({
  routeTree: root.addChildren([start, inbox, conversation, trial]),
  basepath: "/console",
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** What the navigation shows, in its order; `least` hides a page from callers whose role opens nothing there. */
export const NAVIGATION = [
  { to: "/inbox", word: "inbox" },
  { to: "/try-it", word: "tryIt", least: "agent" },
] as const;
