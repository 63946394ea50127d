/** The gate: signed in, the console; otherwise the sign-in page. */
import { Loader, MantineProvider } from "@mantine/core";
import { Suspense } from "react";
import { words } from "./locale/words";
import { theme } from "./theme/theme";
import { lazily } from "./components/lazily";
import { useLinkToken } from "./store/route";
import { SignIn } from "./signin/SignIn";
import { useSession } from "./wire/session";

const LinkPage = lazily(() => import("./signin/LinkPage").then((file) => file.LinkPage));
const Console = lazily(() => import("./shell/Console").then((file) => file.Console));

function Gate() {
  const session = useSession();
  const token = useLinkToken();
  const waiting = <Loader aria-label={words("link.connecting")} m="xl" />;
  if (token)
    return (
      <Suspense fallback={waiting}>
        <LinkPage token={token} />
      </Suspense>
    );
  if (session.phase === "unknown") return waiting;
  if (session.phase === "out") return <SignIn ended={session.reason === "ended"} />;
  return (
    <Suspense fallback={waiting}>
      <Console />
    </Suspense>
  );
}

/** No style tags of Mantine's own: the theme is adopted in `theme/theme.ts`, responsive props are not used. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <Gate />
    </MantineProvider>
  );
}
