/** Entry: styles, theme, the app. */
import "@fontsource-variable/atkinson-hyperlegible-next";
import "./look/mantine";
import "./look/tokens.css";
import "./look/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { fetchLazyParts } from "./parts/lazily";
import { adoptScheme, adoptTheme } from "./look/theme";
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
