import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Refused } from "./api/client";
import { router } from "./pages";
import { sessionQuery } from "./session/session";
import { LanguageProvider } from "./words/words";

const MOST_RETRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Live events say what changed; nothing is asked again for having the window in front.
      refetchOnWindowFocus: false,
      staleTime: 30_000,
      retry: (failures, error) => !(error instanceof Refused) && failures < MOST_RETRIES,
    },
  },
});

/** Asked while the first page is still being put together. */
export function askWhoIsThere(): void {
  queries.query(sessionQuery).catch(() => undefined); // whoever needs it asks again
}

export function Console() {
  return (
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <RouterProvider router={router} />
      </LanguageProvider>
    </QueryClientProvider>
  );
}
