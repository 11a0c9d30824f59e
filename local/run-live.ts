/** `npm start -- --live`: the vendor's real feed on this machine. */
import * as v from 'valibot';
import { ingesterEnv } from '../runtime/ingester/names.ts';
import { readEnvironment } from '../runtime/platform/env.ts';
import type { Options } from './options.ts';
import { sayOutcome } from './outcome.ts';
import type { Run } from './session.ts';

const subscribed = v.object({ type: v.literal('subscribed') });

/** @throws EnvironmentError when the key is missing */
export async function planLive(options: Options, variables: NodeJS.ProcessEnv): Promise<Run> {
  const apiKey = readEnvironment(variables, env =>
    env.text(ingesterEnv.apiKey, { purpose: 'lets the ingester in to the vendor’s feed' }),
  );
  const { market, alignment, symbols } = options;
  return async session => {
    session.progress.eventTime = Date.now;
    const pipeline = await session.startPipeline({
      feed: { market, alignment, symbols: Array.isArray(symbols) ? symbols : '*' },
      apiKey,
      ingester: {},
    });
    const ingester = pipeline.engine.task('Ingester/Service');
    ingester.onMessage(message => {
      if (v.is(subscribed, message)) session.progress.state = 'connected';
    });
    pipeline.engine.startTasks();
    session.progress.state = 'connecting';
    await session.ended();
    session.conclude('ending');
    await ingester.stop();
    await session.drained();
    await sayOutcome(pipeline, [], session.display);
    return 0;
  };
}
