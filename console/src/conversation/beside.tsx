import type { Content } from "../api/names";
import { Field } from "../design/controls";
import { useWords } from "../words/words";
import { besideWords } from "./beside-words";

export type Beside = { kind: "file"; url: string } | { kind: "template"; name: string; language: string; parameters: string };

export const NEW: Record<Beside["kind"], Beside> = {
  file: { kind: "file", url: "" },
  template: { kind: "template", name: "", language: "en", parameters: "" },
};

/** What says whether a provider shows it as a picture, plays it, or offers it as a file. */
const TYPES: Record<string, string> = {
  gif: "image/gif", jpeg: "image/jpeg", jpg: "image/jpeg", png: "image/png", webp: "image/webp", mp4: "video/mp4", "3gp": "video/3gpp",
  aac: "audio/aac", mp3: "audio/mpeg", ogg: "audio/ogg", pdf: "application/pdf",
};

/** As the contract says it; undefined while it says nothing yet. */
export function contentOf(beside: Beside | undefined): Content | undefined {
  if (beside?.kind === "template") {
    const { name, language, parameters } = beside;
    const told = parameters.split("\n").map((line) => line.trim()).filter(Boolean);
    return name.trim() ? { template: { name: name.trim(), language: language.trim(), parameters: told } } : undefined;
  }
  if (!beside?.url.trim()) return undefined;
  const url = beside.url.trim();
  const name = fileNameOf(url);
  const type = TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""];
  return { media: { url, ...(name && { file_name: name }), ...(type && { mime_type: type }) } };
}

export function fileNameOf(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : "";
  try {
    return decodeURIComponent(path.split("/").at(-1) ?? "");
  } catch {
    return "";
  }
}

/** A file by its address, or a template: what a channel takes beside words. */
export function BesideFields({ beside, onChange }: { beside: Beside; onChange: (beside: Beside) => void }) {
  const say = useWords(besideWords);
  if (beside.kind === "file") {
    return (
      <Field label={say("address")} hint={say("addressHint")}>
        {(given) => (
          <input {...given} className="input" type="url" autoFocus maxLength={2000} pattern="https://\S+" placeholder="https://" value={beside.url} onChange={(event) => { onChange({ ...beside, url: event.target.value }); }} />
        )}
      </Field>
    );
  }
  return (
    <div className="filter-row">
      <Field label={say("templateName")} hint={say("templateHint")}>
        {(given) => <input {...given} className="input" autoFocus maxLength={512} value={beside.name} onChange={(event) => { onChange({ ...beside, name: event.target.value }); }} />}
      </Field>
      <Field label={say("language")}>
        {(given) => <input {...given} className="input" minLength={2} maxLength={15} value={beside.language} onChange={(event) => { onChange({ ...beside, language: event.target.value }); }} />}
      </Field>
      <Field label={say("parameters")} hint={say("parametersHint")}>
        {(given) => <textarea {...given} className="input" dir="auto" rows={2} value={beside.parameters} onChange={(event) => { onChange({ ...beside, parameters: event.target.value }); }} />}
      </Field>
    </div>
  );
}
