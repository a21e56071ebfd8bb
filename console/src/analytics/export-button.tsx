import { useMutation } from "@tanstack/react-query";
import { download } from "../api/download";
import { Button } from "../design/controls";
import { useToast } from "../design/toasts";
import { useCaller } from "../session/session";
import { useWords } from "../words/words";
import { exportAddress } from "./queries";
import { analyticsWords } from "./words";

/** The period's conversations as a table for another program. */
export function ExportButton({ days }: { days: number }) {
  const say = useWords(analyticsWords);
  const toast = useToast();
  const { tenant } = useCaller();
  const { mutate: save, isPending } = useMutation({
    mutationFn: () => download(exportAddress(tenant, days), `conversations-${tenant}-${days}.csv`),
    onError: (error) => { toast(say("failed", { why: error.message }), "bad"); },
  });
  return <Button small disabled={isPending} onClick={() => { save(); }}>{say("export")}</Button>;
}
