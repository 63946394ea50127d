/** Entry: styles, theme, the app. */
import "@fontsource-variable/atkinson-hyperlegible-next";
import "@mantine/core/styles.layer.css";
import "./look/tokens.css";
import "./look/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { adoptScheme, adoptTheme } from "./look/theme";
import { resumeSession } from "./wire/session";

adoptScheme();
adoptTheme();
void resumeSession();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
