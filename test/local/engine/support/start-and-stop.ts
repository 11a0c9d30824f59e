/** A process of its own that runs a stage with a function and a task, stops it and must then end by itself. */
import { startEngine } from '../../../../local/engine/engine.ts';
import { feed, functionOf, removeScratch, scratch, serviceOf, synthesize } from './sample-stage.ts';

const assembly = synthesize(({ pipeline, input }) => {
  feed(
    functionOf(pipeline, 'Sleepy', 'setInterval(() => {}, 1000); export const handler = () => {};'),
    input,
  );
  serviceOf(pipeline, "process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1000);");
});
const engine = await startEngine({ assembly, stage: 'test', folder: scratch() });
await engine.drained();
const stream = engine.stream('Input').name;
await engine.stop();
removeScratch();
console.log(JSON.stringify({ stream, endpoint: engine.endpoints.kinesis }));
