/**
 * Two short tones, made in the browser: rising for new work, level for one's own, falling for what one lost, high where
 * a note or a whisper calls one.
 */
import type { NewsKind } from "./news";

const TONES: Record<NewsKind, readonly [number, number]> = {
  waiting: [523, 784],
  offer: [523, 784],
  own: [659, 659],
  woken: [659, 659],
  followUp: [659, 659],
  noReply: [659, 523],
  taken: [659, 523],
  mention: [784, 784],
  whisper: [784, 784],
};
const TONE_SECONDS = 0.16;
const LOUDNESS = 0.16;

let context: AudioContext | null = null;

function tone(audio: AudioContext, hertz: number, at: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + TONE_SECONDS);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + TONE_SECONDS);
}

/** Browsers play nothing before somebody has clicked or typed in the page; until then this is silent. */
export function play(kind: NewsKind): void {
  try {
    context ??= new AudioContext();
  } catch {
    return; // a machine without sound
  }
  const audio = context;
  const [first, second] = TONES[kind];
  void audio.resume().then(() => {
    tone(audio, first, audio.currentTime);
    tone(audio, second, audio.currentTime + TONE_SECONDS);
  });
}
