/** How fast one warm worker takes whole minutes with its calls, to the local DynamoDB and Kinesis; against the same without calls. */
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { minuteEvent, SHARD_SYMBOLS, shardSymbols } from './events.ts';
import { FunctionProcess } from './function-process.ts';
import { type Benchmark, figures, type Taken } from './harness.ts';
import { LocalAws } from './local-aws.ts';
import { BLOCK_START } from './sample.ts';

/** From an empty worker on; the first are not counted. */
const MINUTES = 30;
const WARM_UP = 5;

export const localEngineBenchmark: Benchmark = {
  name: 'local-aws',
  async run(say) {
    const symbols = shardSymbols();
    const aws = await LocalAws.start();
    try {
      const worker = await FunctionProcess.start(aws.environment);
      const taken: Taken[] = [];
      for (let i = 0; i < MINUTES; i++) {
        if (i % 10 === 0) say(`minute ${i} of ${MINUTES}`);
        taken.push(await worker.serve(minuteEvent(symbols, BLOCK_START + i * MINUTE)));
      }
      await worker.stop();
      const warm = taken.slice(WARM_UP);
      const rates = (time: (each: Taken) => number) =>
        figures(warm.map(each => SHARD_SYMBOLS / time(each) / 1e3));
      const what = 'roll-up of a minute against the local DynamoDB and Kinesis';
      return [
        {
          what,
          unit: 'k minutes/s by the clock',
          ...rates(each => each.wall),
          limit: { name: 'by its own processor time', median: rates(each => each.processor).median },
        },
      ];
    } finally {
      await aws.stop();
    }
  },
};
