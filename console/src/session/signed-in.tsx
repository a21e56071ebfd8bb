import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { api, said } from "../api/client";
import { Empty } from "../design/controls";
import { shellWords } from "../shell/words";
import { useWords } from "../words/words";
import { useSession, type Caller, type Session } from "./session";
import { SignIn } from "./sign-in";

const KEY = "cassava.tenant";

interface Props {
  children: (caller: Caller, chooseTenant: ((tenant: string) => void) | undefined) => ReactNode;
}

/** The page for whoever is signed in; for everybody else the door. The address stays as it is. */
export function SignedIn({ children }: Props) {
  const { data: session } = useSession();
  if (!session) return <Waiting />;
  if (!session.signed_in) return <SignIn />;
  if (session.tenant_id) return children(callerOf(session, session.tenant_id), undefined);
  return <OfPlatform session={session}>{children}</OfPlatform>;
}

/** A platform's key opens every tenant; one of them is looked at. */
function OfPlatform({ session, children }: Props & { session: Session }) {
  const [chosen, choose] = useState(() => localStorage.getItem(KEY) ?? "");
  const first = useQuery({
    queryKey: ["tenants", "first"],
    queryFn: () => said(api.GET("/api/v1/tenants", { params: { query: { page_size: 1 } } })),
    enabled: !chosen,
  });
  const tenant = chosen || (first.data?.tenants?.[0]?.id ?? "");
  if (!tenant) return <Waiting />;
  return children(callerOf(session, tenant), (next) => {
    localStorage.setItem(KEY, next);
    choose(next);
  });
}

function callerOf(session: Session, tenant: string): Caller {
  return { tenant, role: session.role, name: session.name, keyId: session.key_id };
}

function Waiting() {
  const say = useWords(shellWords);
  return <Empty>{say("loading")}</Empty>;
}
