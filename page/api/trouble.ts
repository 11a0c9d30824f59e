/** Why a question to the API has no answer, in words for a person. */

/**
 * `refused`: the question is wrong, and asking again changes nothing. The others heal: nobody answered, the answer took too
 * long or broke off, the server asks for patience, it failed, or it does not accept who asks.
 */
export type TroubleKind = 'refused' | 'unreachable' | 'slow' | 'broken' | 'busy' | 'failed' | 'forbidden';

export class Trouble extends Error {
  readonly kind: TroubleKind;
  /** How long the server asks to be left alone, ms. */
  readonly retryAfter: number | undefined;

  constructor(kind: TroubleKind, message: string, retryAfter?: number) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

/** The trouble that an answer with such a status stands for; `detail` is the problem's own text where it has one. */
export function troubleOf(status: number, detail: string | undefined, retryAfter: string | null): Trouble {
  if (status === 429) {
    const seconds = Number(retryAfter ?? Number.NaN);
    const wait = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
    return new Trouble('busy', 'The server asks for fewer questions', wait);
  }
  if (status === 401 || status === 403)
    return new Trouble('forbidden', `The server does not accept these credentials (${status})`);
  if (status >= 500)
    return new Trouble('failed', `The server failed (${status})${detail === undefined ? '' : `: ${detail}`}`);
  const unknown = 'The server has no such answer: it runs an earlier release';
  return new Trouble(
    'refused',
    detail ?? (status === 404 ? unknown : `The server refuses the question (${status})`),
  );
}

/** What kept an answer from being read; anything but a time limit means that it never came. */
export function troubleFrom(error: unknown, limit: number): Trouble {
  if (error instanceof Trouble) return error;
  const isLimit = error instanceof DOMException && error.name === 'TimeoutError';
  if (isLimit) return new Trouble('slow', `The server took more than ${Math.round(limit / 1_000)} s`);
  return new Trouble('unreachable', 'The server does not answer');
}
