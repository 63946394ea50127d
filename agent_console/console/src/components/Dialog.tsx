/** A modal dialog with a title and a way out; the page behind it stays as it is. */
import "@mantine/core/styles/ScrollArea.layer.css";
import "@mantine/core/styles/Paper.layer.css";
import "@mantine/core/styles/CloseButton.layer.css";
import "@mantine/core/styles/Overlay.layer.css";
import "@mantine/core/styles/ModalBase.layer.css";
import "@mantine/core/styles/Modal.layer.css";
import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { words } from "../locale/words";
import css from "./components.module.css";

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  wide?: boolean;
  children: ReactNode;
}

/** Scroll is not locked: that would take a style tag, and the page itself never scrolls. */
export function Dialog({ title, open, onClose, wide = false, children }: Props) {
  return (
    <Modal.Root opened={open} onClose={onClose} centered size={wide ? "lg" : "md"} lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={css.dialogHead}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={words("dialog.close")} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
