/** What is proven of the automatic answers, what is missing, and how it came about. */
import "../locale/pages";
import { Button } from "@mantine/core";
import { Page } from "../components/Page";
import { Reading } from "../components/Reading";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import type { CertificateBody, DialBody, WindowsBody } from "../wire/resources";
import { refreshService } from "../wire/session";
import { useResource } from "../wire/useResource";
import { Auditors, Audits } from "./Audits";
import css from "./certificate.module.css";
import { Governing } from "./Governing";
import { Probation } from "./Probation";
import { RiskDial } from "./RiskDial";
import { Statement } from "./Statement";
import { Windows } from "./Windows";

export function CertificatePage() {
  const changed = useStore((state) => state.modelsChanged);
  const certificate = useResource<CertificateBody>("certificate", changed);
  const windows = useResource<WindowsBody>("certificate/windows", changed);
  const dial = useResource<DialBody>("certificate/dial", changed);
  const reload = (): void => {
    void refreshService();
    certificate.reload();
    dial.reload();
    windows.reload();
  };
  const again = (
    <Button size="compact-sm" variant="default" onClick={reload}>
      {words("certificate.reload")}
    </Button>
  );
  return (
    <Page title={words("nav.certificate")} width="middle" head={again}>
      <Reading resource={certificate}>
        {(body) => (
          <>
            <Statement body={body} />
            <div className={css.cards}>
              <Audits body={body} />
              <Auditors body={body} />
              <Governing body={body} onDone={reload} />
              <Probation body={body} dial={dial} onDone={reload} />
            </div>
            <RiskDial resource={dial} onDone={reload} />
            <Windows resource={windows} alpha={body.alpha} />
          </>
        )}
      </Reading>
    </Page>
  );
}
