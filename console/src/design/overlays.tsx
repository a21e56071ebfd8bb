/** What lies above the page, on Radix' headless parts: they keep the focus and the keyboard right. */
import { Dialog as RadixDialog, DropdownMenu, Popover as RadixPopover } from "radix-ui";
import type { ReactNode } from "react";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** For forms with more than a column. */
  wide?: boolean;
  children: ReactNode;
}

/** Without Radix' own overlay, whose scroll lock writes a style element that our policy forbids. */
export function Dialog({ open, onClose, title, wide, children }: DialogProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={(isOpen) => { if (!isOpen) onClose(); }}>
      <RadixDialog.Portal>
        <div className="backdrop" />
        <RadixDialog.Content className={wide ? "dialog wide" : "dialog"} aria-describedby={undefined}>
          <RadixDialog.Title asChild>
            <h2>{title}</h2>
          </RadixDialog.Title>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Opened by its trigger; closes itself. */
export function Popover({ trigger, label, children }: { trigger: ReactNode; label: string; children: ReactNode }) {
  return (
    <RadixPopover.Root>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content className="popup wide" sideOffset={4} collisionPadding={8} aria-label={label}>
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

export interface Choice {
  label: string;
  onChoose: () => void;
  disabled?: boolean;
  /** What stands at the end of the line: a shortcut, a mark. */
  aside?: ReactNode;
}

export function Menu({ trigger, heading, choices }: { trigger: ReactNode; heading?: string; choices: Choice[] }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="popup" sideOffset={4} collisionPadding={8} align="end">
          {heading && <DropdownMenu.Label className="menu-label">{heading}</DropdownMenu.Label>}
          {choices.map(({ label, onChoose, disabled, aside }) => (
            <DropdownMenu.Item key={label} className="menu-item" onSelect={onChoose} disabled={disabled ?? false}>
              {label}
              {aside}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
