/** `npm start`: the whole pipeline on this machine. Ctrl-C is heard before anything that takes time is loaded. */
import { Interrupt } from './interrupt.ts';

const interrupt = new Interrupt();
const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2), interrupt);
