/** Notifications of the desktop. The browser is asked for them by a button only, never when the page loads. */

export type Permission = "granted" | "denied" | "default" | "unavailable";

/** Pages over plain HTTP have no notifications, save on this machine itself. */
export function permission(): Permission {
  return "Notification" in window && window.isSecureContext ? Notification.permission : "unavailable";
}

export async function askPermission(): Promise<Permission> {
  if (permission() === "default") await Notification.requestPermission();
  return permission();
}

/** Show one; a newer one with the same tag takes its place. */
export function notify(title: string, body: string, tag: string, onClick: () => void): void {
  if (permission() !== "granted") return;
  try {
    const shown = new Notification(title, { body, tag });
    shown.onclick = () => {
      window.focus();
      onClick();
      shown.close();
    };
  } catch {
    // phones show notifications for service workers only
  }
}
