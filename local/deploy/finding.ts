/** What one look before a deployment found, and where it was looked. */
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Deployed } from '../operate/deployed.ts';

/** `ok`; `note`: a person should know, and it goes on; `stop`: the deployment would fail, or do harm. */
export type Level = 'ok' | 'note' | 'stop';

export interface Finding {
  readonly level: Level;
  /** What was looked at. */
  readonly about: string;
  /** What was found, and what to do where that is not well. */
  readonly found: string;
}

export const ok = (about: string, found: string): Finding => ({ level: 'ok', about, found });
export const note = (about: string, found: string): Finding => ({ level: 'note', about, found });
export const stop = (about: string, found: string): Finding => ({ level: 'stop', about, found });

/** `stop  secret: …` */
export function findingLine({ level, about, found }: Finding): string {
  return `${level.padEnd(5)} ${about}: ${found}`;
}

/** What every look is given. */
export interface Place {
  readonly deployed: Deployed;
  /** The account that the credentials are of. */
  readonly account: string;
  readonly region: string;
  readonly clients: Clients;
}

/** Settings of the AWS clients; an answer that does not come ends the look. */
export interface Clients {
  readonly region?: string;
  readonly maxAttempts: number;
  readonly requestHandler: NodeHttpHandler;
}

/** Of an answer that says that this role may not ask. */
export function isDenied(error: unknown): boolean {
  return (
    error instanceof Error &&
    /AccessDenied|not authorized|UnauthorizedOperation/i.test(`${error.name} ${error.message}`)
  );
}

/** The name that AWS gives an error. */
export function isNamed(error: unknown, pattern: RegExp): error is Error {
  return error instanceof Error && pattern.test(error.name);
}
