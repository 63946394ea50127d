/** The gate: signed in, the console; otherwise the sign-in page. */
import { Loader, MantineProvider } from "@mantine/core";
import { words } from "./locale/words";
import { theme } from "./look/theme";
import { Console } from "./shell/Console";
import { SignIn } from "./signin/SignIn";
import { useSession } from "./wire/session";

function Gate() {
  const session = useSession();
  if (session.phase === "in") return <Console />;
  if (session.phase === "out") return <SignIn ended={session.reason === "ended"} />;
  return <Loader aria-label={words("link.connecting")} m="xl" />;
}

/** No style tags of Mantine's own: the theme is adopted in `look/theme.ts`, responsive props are not used. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <Gate />
    </MantineProvider>
  );
}
