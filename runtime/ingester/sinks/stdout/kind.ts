/** The sink `stdout`: lines for whoever looks on. */
import { AT_ONCE, type Kind } from '../passed-on/plan.ts';
import { type Taking, takingIn } from '../passed-on/taking.ts';
import { linesTo, logLine } from './stdout.ts';

export const stdout: Kind<{ readonly taking: Taking }> = {
  config: env => ({ taking: takingIn(env, 'stdout', 2_048) }),
  open: async (_, { output }) => ({ ...AT_ONCE, outlet: linesTo(output, logLine) }),
};
