/** Every page and its path in one table; a page's code is fetched when it is first looked at. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { behindFrom, periodFrom } from "./analytics/queries";
import { customerSearchFrom } from "./customers/queries";
import { filtersFrom } from "./inbox/filters";
import { shownFrom } from "./intents/queries";
import { BrokenPage, NoSuchPage } from "./shell/missing";
import { Shell } from "./shell/shell";
import { ticketFiltersFrom } from "./tickets/filters";

/** What an address holds beside what was checked is not handed on, as the router would. */
function only<Search extends object>(checked: (search: Record<string, unknown>) => Search) {
  return (search: Record<string, unknown>): Search => {
    const none = Object.fromEntries(Object.keys(search).map((name) => [name, undefined]));
    return { ...none, ...checked(search) };
  };
}

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
  validateSearch: only(filtersFrom),
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
const analytics = createRoute({
  ...under,
  path: "/analytics",
  validateSearch: only(periodFrom),
  component: lazyRouteComponent(() => import("./analytics/page")),
});
const behind = createRoute({
  ...under,
  path: "/analytics/behind",
  validateSearch: only(behindFrom),
  component: lazyRouteComponent(() => import("./analytics/behind-page")),
});
const tickets = createRoute({
  ...under,
  path: "/tickets",
  validateSearch: only(ticketFiltersFrom),
  component: lazyRouteComponent(() => import("./tickets/page")),
});
const ticket = createRoute({
  ...under,
  path: "/tickets/$ticketId",
  component: lazyRouteComponent(() => import("./tickets/ticket-page")),
});
const customers = createRoute({
  ...under,
  path: "/customers",
  validateSearch: only(customerSearchFrom),
  component: lazyRouteComponent(() => import("./customers/page")),
});
const customer = createRoute({
  ...under,
  path: "/customers/$customerId",
  component: lazyRouteComponent(() => import("./customers/customer-page")),
});
const knowledge = createRoute({
  ...under,
  path: "/knowledge",
  component: lazyRouteComponent(() => import("./knowledge/page")),
});
const intents = createRoute({
  ...under,
  path: "/intents",
  validateSearch: only(shownFrom),
  component: lazyRouteComponent(() => import("./intents/page")),
});
const status = createRoute({
  ...under,
  path: "/status",
  component: lazyRouteComponent(() => import("./status/page")),
});
const settings = createRoute({
  ...under,
  path: "/settings",
  component: lazyRouteComponent(() => import("./settings/frame")),
});
const underSettings = { getParentRoute: () => settings };
const settingsPages = [
  createRoute({ ...underSettings, path: "/", component: lazyRouteComponent(() => import("./settings/page")) }),
  createRoute({ ...underSettings, path: "/channels", component: lazyRouteComponent(() => import("./settings/channels/page")) }),
  createRoute({ ...underSettings, path: "/channels/connect", component: lazyRouteComponent(() => import("./settings/channels/connect")) }),
  createRoute({ ...underSettings, path: "/channels/$channelId", component: lazyRouteComponent(() => import("./settings/channels/channel-page")) }),
  createRoute({ ...underSettings, path: "/hours", component: lazyRouteComponent(() => import("./settings/hours/page")) }),
  createRoute({ ...underSettings, path: "/promises", component: lazyRouteComponent(() => import("./settings/promises/page")) }),
  createRoute({ ...underSettings, path: "/rules", component: lazyRouteComponent(() => import("./settings/rules/page")) }),
  createRoute({ ...underSettings, path: "/fields", component: lazyRouteComponent(() => import("./settings/fields/page")) }),
  createRoute({ ...underSettings, path: "/answers", component: lazyRouteComponent(() => import("./settings/answers/page")) }),
  createRoute({ ...underSettings, path: "/endpoints", component: lazyRouteComponent(() => import("./settings/endpoints/page")) }),
  createRoute({ ...underSettings, path: "/endpoints/$endpointId", component: lazyRouteComponent(() => import("./settings/endpoints/endpoint-page")) }),
  createRoute({ ...underSettings, path: "/people", component: lazyRouteComponent(() => import("./settings/people/page")) }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([
    start, inbox, conversation, trial, analytics, behind, tickets, ticket, customers, customer, knowledge, intents,
    settings.addChildren(settingsPages), status,
  ]),
  basepath: "/console",
  defaultPreload: "intent",
  defaultNotFoundComponent: NoSuchPage,
  defaultErrorComponent: BrokenPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** What the navigation shows, in its order; `least` hides a page from callers whose role opens nothing there. */
export const NAVIGATION = [
  { to: "/inbox", word: "inbox" },
  { to: "/tickets", word: "tickets" },
  { to: "/customers", word: "customers" },
  { to: "/knowledge", word: "knowledge" },
  { to: "/intents", word: "intents" },
  { to: "/analytics", word: "analytics" },
  { to: "/try-it", word: "tryIt", least: "agent" },
  { to: "/settings", word: "settings", least: "admin" },
  { to: "/status", word: "status" },
] as const;
