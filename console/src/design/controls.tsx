import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { useId } from "react";
import "./controls.css";

type Look = "primary" | "danger" | "plain";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look, small, className, ...rest }: ButtonProps) {
  const classes = ["button", look, small && "small", className].filter(Boolean).join(" ");
  return <button type="button" className={classes} {...rest} />;
}

export type Tone = "good" | "warn" | "bad" | "info";

export function Badge({ tone, children }: { tone?: Tone | undefined; children: ReactNode }) {
  return <span className={`badge ${tone ?? ""}`}>{children}</span>;
}

interface FieldProps {
  label: string;
  hint?: string;
  /** What is wrong with it, as the service said. */
  wrong?: string | undefined;
  children: (given: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ReactNode;
}

/** A label, its control, and what is to be said of it. */
export function Field({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  const words = wrong ?? hint;
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      {children({ id, ...(words && { "aria-describedby": `${id}-words` }), ...(wrong && { "aria-invalid": true }) })}
      {words && (
        <span id={`${id}-words`} className={wrong ? "wrong" : "hint"}>
          {words}
        </span>
      )}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}

export function Notice({ tone, children }: { tone?: "bad" | "warn"; children: ReactNode }) {
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={`notice ${tone ?? ""}`}>
      {children}
    </div>
  );
}
