import { CONSOLE_HEADER } from "./client";

/** Files that the API gives as they are, not as JSON. */
async function got(address: string): Promise<Response> {
  const answer = await fetch(address, { headers: CONSOLE_HEADER });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer;
}

export async function text(address: string): Promise<string> {
  return (await got(address)).text();
}

/** Read into memory and saved under a name. */
export async function download(address: string, name: string): Promise<void> {
  save(await (await got(address)).blob(), name);
}

export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
