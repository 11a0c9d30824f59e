/** Process that synthesizes the stage of a run: reads what from standard input, writes the templates, and ends. */
import { text } from 'node:stream/consumers';
import { App, Duration } from 'aws-cdk-lib/core';
import { BarflowStage } from '../../lib/barflow-stage.ts';
import { EnvironmentRefused } from '../../lib/settings/environment-faults.ts';
import { bringsMinutes } from '../../lib/settings/feed-symbols.ts';
import { REFUSED, type Synthesis } from './synthesis.ts';

const { stage, feeds, outdir }: Synthesis = JSON.parse(await text(process.stdin));
try {
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  new BarflowStage(app, stage, {
    feeds: feeds.map(({ delaySeconds, ...feed }) => ({
      ...feed,
      ...(delaySeconds !== undefined && { delay: Duration.seconds(delaySeconds) }),
      // Nobody waits a second here before he looks: what a burst brings in parts is gathered instead.
      ...(bringsMinutes(feed) && { batchingWindow: Duration.seconds(1) }),
    })),
    streamRetention: Duration.hours(24),
    removal: 'destroy',
  });
  app.synth();
} catch (error) {
  if (!(error instanceof EnvironmentRefused)) throw error;
  console.error(error.message);
  process.exitCode = REFUSED;
}
