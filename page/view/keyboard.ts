/** What keys do, wherever the focus is, but not while somebody types. */
import { type Timeframe, timeframes } from '../api/timeframes.ts';

export interface Commands {
  step(by: number): void;
  filter(): void;
  timeframe(timeframe: Timeframe): void;
  pan(places: number): void;
  zoom(factor: number): void;
  newest(): void;
  watch(): void;
  table(): void;
  sessions(): void;
  feed(): void;
  zone(): void;
  theme(): void;
  help(): void;
  close(): void;
}

/** Places that a key moves the chart by; ten times as many with Shift. */
const PLACES = 3;

export function listenToKeys(commands: Commands): void {
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === 'Escape') return commands.close();
    if (isTyping(event.target)) return;
    const action = actionOf(event, commands);
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

function actionOf({ key, shiftKey, target }: KeyboardEvent, commands: Commands): (() => void) | undefined {
  const places = shiftKey ? 10 * PLACES : PLACES;
  const timeframe = timeframes[Number(key) - 1];
  if (timeframe !== undefined) return () => commands.timeframe(timeframe);
  // Arrows scroll where there is something to scroll.
  const isScrolling = target instanceof Element && target.closest('#table-room') !== null;
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => commands.step(1),
    ArrowUp: () => commands.step(-1),
    ArrowLeft: () => commands.pan(-places),
    ArrowRight: () => commands.pan(places),
    End: () => commands.newest(),
  };
  const others: Readonly<Record<string, () => void>> = {
    j: () => commands.step(1),
    k: () => commands.step(-1),
    '/': () => commands.filter(),
    '+': () => commands.zoom(0.8),
    '=': () => commands.zoom(0.8),
    '-': () => commands.zoom(1.25),
    w: () => commands.watch(),
    t: () => commands.table(),
    s: () => commands.sessions(),
    f: () => commands.feed(),
    z: () => commands.zone(),
    d: () => commands.theme(),
    '?': () => commands.help(),
  };
  return (isScrolling ? undefined : own(moves, key)) ?? own(others, key);
}

/** Keys may be called like what every object inherits. */
function own<T>(from: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
