/** The sink `stdout`: lines for whoever looks on. */
import type { Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { linesTo, logLine } from './stdout.ts';

/** Whoever looks on wants to see things at once. */
export const AT_ONCE = { flushEvery: 100, flushInterval: 50 };

export const stdout: Kind<{ readonly taking: Taking }> = {
  config: env => ({ taking: takingIn(env, 'stdout', 2_048) }),
  open: async (_, { output }) => ({ ...AT_ONCE, outlet: linesTo(output, logLine) }),
};
