import { useMutation } from "@tanstack/react-query";
import { download } from "../api/download";
import { commonWords } from "../words/common";
import { useWords } from "../words/words";
import { Button, type ButtonProps } from "./controls";
import { useToast } from "./toasts";

interface Props extends ButtonProps {
  address: string;
  fileName: string;
}

/** Saves a file of the API; says why not. */
export function DownloadButton({ address, fileName, ...rest }: Props) {
  const say = useWords(commonWords);
  const toast = useToast();
  const { mutate: save, isPending } = useMutation({
    mutationFn: () => download(address, fileName),
    onError: (error) => { toast(say("failed", { why: error.message }), "bad"); },
  });
  return <Button disabled={isPending} onClick={() => { save(); }} {...rest} />;
}
