/** Entry: styles, theme, the app. */
import "@fontsource-variable/atkinson-hyperlegible-next";
import "./theme/mantine";
import "./theme/tokens.css";
import "./theme/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { fetchLazyParts } from "./components/lazily";
import { adoptScheme, adoptTheme } from "./theme/theme";
import { resumeSession } from "./wire/session";

adoptScheme();
adoptTheme();
void resumeSession();
fetchLazyParts(); // the console, while the session is asked for

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
