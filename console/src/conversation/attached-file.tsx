import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, said } from "../api/client";
import { save } from "../api/download";
import type { Attachment } from "../api/names";
import { Button } from "../design/controls";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { conversationWords } from "./words";

/** Shown only as what cannot run: anything else is saved as a file. */
const SHOWN = /^image\/(png|jpeg|webp|gif)$/;

interface Props {
  messageId: string;
  position: number;
  attachment: Attachment;
}

/** A file that came with a message, fetched when somebody asks for it. */
export function AttachedFile({ messageId, position, attachment }: Props) {
  const say = useWords(conversationWords);
  const { tenant } = useCaller();
  const [shown, setShown] = useState("");
  const name = attachment.file_name || say("file");
  const fetching = useMutation({
    mutationFn: () => fetched(tenant, messageId, position),
    onSuccess: (file) => {
      if (SHOWN.test(file.type)) setShown(URL.createObjectURL(file));
      else save(file, name);
    },
  });
  useEffect(() => () => { if (shown) URL.revokeObjectURL(shown); }, [shown]);
  if (shown) return <img className="attached" src={shown} alt={name} />;
  if (attachment.state === "STATE_UNAVAILABLE") return <p className="quiet">{`${name}: ${say("unavailable")}`}</p>;
  return (
    <Button small disabled={fetching.isPending} onClick={() => { fetching.mutate(); }}>
      {fetching.isPending ? say("fetching") : `${name} (${attachment.mime_type ?? ""})`}
    </Button>
  );
}

async function fetched(tenant: string, messageId: string, position: number): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [offset, size, type] = [0, 1, ""];
  while (offset < size) {
    const params = { path: { message_id: messageId, position }, query: { tenant_id: tenant, offset: String(offset) } };
    const part = await said(api.GET("/api/v1/messages/{message_id}/attachments/{position}", { params }));
    parts.push(Uint8Array.from(atob(part.data ?? ""), (letter) => letter.charCodeAt(0)));
    [size, type] = [Number(part.size_bytes), part.mime_type ?? ""];
    const next = Number(part.next_offset);
    if (next <= offset) break;
    offset = next;
  }
  return new Blob(parts, { type });
}
