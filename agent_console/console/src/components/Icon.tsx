/** The console's few drawings, one stroke, 16 units; always decoration beside words or a label. */
const PATHS = {
  alert: "M8 2.2 14.6 13.6H1.4L8 2.2ZM8 6.5v3.2M8 11.6v.1",
  away: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM5.4 8h5.2",
  back: "M10 3 5 8l5 5",
  bot: "M3.2 6h9.6v6.6H3.2V6ZM8 6V3.2M8 3.1v-.3M5.9 9v.4M10.1 9v.4M1.4 8.4v2M14.6 8.4v2",
  check: "m3 8.6 3.2 3.2L13 4.8",
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.6V8l2.3 1.6",
  close: "m4 4 8 8M12 4l-8 8",
  dots: "M3.4 8h.1M8 8h.1M12.6 8h.1",
  down: "m4 6.2 4 4 4-4",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 7.4v3.8M8 5v.1",
  lock: "M3.8 7.2h8.4v6H3.8v-6ZM5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2",
  moon: "M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7Z",
  pause: "M5.4 3.6v8.8M10.6 3.6v8.8",
  person: "M8 2.4a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4ZM2.8 13.8c.5-2.8 2.5-4.2 5.2-4.2s4.7 1.4 5.2 4.2",
  quote: "M6.4 4.4 2.8 8l3.6 3.6M3 8h6.4c2.2 0 3.8 1.4 3.8 4",
  retry: "M13 8a5 5 0 1 1-1.5-3.6L13 5.8M13 2.6v3.2H9.8",
  file: "M4 1.8h5l3 3v9.4H4V1.8ZM9 1.8v3h3",
  send: "M2.2 13.4 14 8 2.2 2.6l1.5 5.4-1.5 5.4ZM3.7 8H8",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.4v1M8 13.6v1M1.4 8h1M13.6 8h1M3.3 3.3l.7.7M12 12l.7.7M3.3 12.7l.7-.7M12 4l.7-.7",
  up: "m4 9.8 4-4 4 4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" className="mark-ground" />
      <path d="M8 22h6v-5h6v-5h5" className="mark-steps" />
      <circle cx="25" cy="7.6" r="2.6" className="mark-dot" />
    </svg>
  );
}
