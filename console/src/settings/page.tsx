import { AuditLog } from "./audit-log";
import { Keys } from "./keys";

/** Who may come in, and who changed what. */
export default function Access() {
  return (
    <>
      <Keys />
      <AuditLog />
    </>
  );
}
