/** `npm start -- --live`: the vendor's real feed on this machine. */
import * as v from 'valibot';
import { ingesterEnv } from '../../runtime/ingester/names.ts';
import { readEnvironment } from '../../runtime/platform/env.ts';
import { socketUrl } from '../../runtime/vendor/address-names.ts';
import { tell } from '../command-line/tell.ts';
import { everything, followed } from './followed.ts';
import { checkLive } from './live-check.ts';
import type { FeedChoice, Options } from './options.ts';
import { sayOutcome } from './outcome.ts';
import type { Run } from './session.ts';

const subscribed = v.object({ type: v.literal('subscribed') });

type LiveChoice = Extract<FeedChoice, { kind: 'live' }>;

/** @throws EnvironmentError when the key is missing; UsageError when the vendor does not let it in */
export async function planLive(
  options: Options,
  { live }: LiveChoice,
  variables: NodeJS.ProcessEnv,
): Promise<Run> {
  const apiKey = readEnvironment(variables, env =>
    env.text(ingesterEnv.apiKey, { purpose: 'lets the ingester in to the vendor’s feed' }),
  );
  const { market, alignment, symbols, feeds } = options;
  const listed = Array.isArray(symbols) ? symbols : ['*'];
  tell(`asking ${live.host} whether the key may have ${market}`);
  await checkLive({ live, market, apiKey, symbol: listed[0] ?? '*' });
  const restUrl = variables[ingesterEnv.restUrl];
  return async session => {
    session.progress.eventTime = Date.now;
    const pipeline = await session.startPipeline({
      apiKey,
      feeds: [
        {
          settings: {
            ...{ market, alignment, channels: feeds[0].channels },
            ...(Array.isArray(symbols) ? followed(market, symbols) : everything),
          },
          delaySeconds: live.delaySeconds,
          ingester: {
            [ingesterEnv.feedUrl]: socketUrl(live.host, market),
            ...(restUrl && { [ingesterEnv.restUrl]: restUrl }),
          },
        },
      ],
    });
    const ingester = pipeline.first.task;
    ingester.onMessage(message => {
      if (v.is(subscribed, message)) session.progress.state = 'connected';
    });
    pipeline.engine.startTasks();
    session.progress.state = 'connecting';
    await session.ended();
    await session.conclude('ending');
    await ingester.stop();
    await session.drained();
    await sayOutcome(pipeline, () => [], session.display);
    return 0;
  };
}
