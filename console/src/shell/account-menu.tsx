import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, said } from "../api/client";
import { Button } from "../design/controls";
import { Menu, type Choice } from "../design/overlays";
import { setTheme, theme, type Theme } from "../design/theme";
import { useSignOut, type Caller } from "../session/session";
import { LANGUAGES, useLanguage, useWords, type Language } from "../words/words";
import { OwnPresence } from "./own-presence";
import { shellWords } from "./words";

const THEMES: Theme[] = ["system", "light", "dark"];

interface Props {
  caller: Caller;
  /** Given to platform keys alone: others have one tenant. */
  chooseTenant: ((tenant: string) => void) | undefined;
}

export function AccountMenu({ caller, chooseTenant }: Props) {
  const say = useWords(shellWords);
  const { language, choose } = useLanguage();
  const [shown, setShown] = useState(theme);
  const signOut = useSignOut();
  const name = caller.keyId ? caller.name || caller.role : say("anonymous");

  const themes = THEMES.map<Choice>((each) => ({
    label: say(each),
    onChoose: () => { setTheme(each); setShown(each); },
    aside: each === shown && "✓",
  }));
  const languages = Object.entries(LANGUAGES).map<Choice>(([code, label]) => ({
    label,
    onChoose: () => { choose(code as Language); },
    aside: code === language && "✓",
  }));
  return (
    <div className="row">
      {chooseTenant ? <TenantMenu tenant={caller.tenant} choose={chooseTenant} /> : <span className="quiet">{caller.tenant}</span>}
      <OwnPresence />
      <Menu trigger={<Button small look="plain" aria-label={say("theme")}>◐</Button>} heading={say("theme")} choices={themes} />
      <Menu trigger={<Button small look="plain" aria-label={`${say("language")}: ${language.toUpperCase()}`}>{language.toUpperCase()}</Button>} heading={say("language")} choices={languages} />
      <Menu
        trigger={<Button small className="account" aria-label={say("you", { name })}>{name}</Button>}
        choices={[{ label: say("signOut"), onChoose: () => { signOut.mutate(); } }]}
      />
    </div>
  );
}

function TenantMenu({ tenant, choose }: { tenant: string; choose: (tenant: string) => void }) {
  const say = useWords(shellWords);
  const tenants = useQuery({
    queryKey: ["tenants"],
    queryFn: () => said(api.GET("/api/v1/tenants", { params: { query: { page_size: 200 } } })),
  });
  const choices = (tenants.data?.tenants ?? []).map<Choice>(({ id = "", name }) => ({ label: name || id, onChoose: () => { choose(id); } }));
  return <Menu trigger={<Button small aria-label={`${say("tenant")}: ${tenant}`}>{tenant}</Button>} heading={say("tenant")} choices={choices} />;
}
