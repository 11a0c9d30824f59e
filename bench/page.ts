/** How many bytes the live page takes on the way to a browser. */
import { buildPage, sizeOf } from '../page/build.ts';
import type { Benchmark, Row } from './harness.ts';

/** KB, all in all: script, style, document and icon. */
const TARGET = 70;

export const pageBenchmark: Benchmark = {
  name: 'page',
  async run(say) {
    say('bundling');
    const files = await buildPage();
    const row = (what: string, bytes: number): Row => {
      const size = bytes / 1_000;
      return { what, median: size, unit: 'KB', range: [size, size] };
    };
    return [
      {
        ...row('live page, brotli', sizeOf(files, 'brotli')),
        target: { kind: 'at most', value: TARGET },
      },
      row('live page, gzip', sizeOf(files, 'gzip')),
      ...files
        .filter(({ isPartOfPage }) => isPartOfPage)
        .map(({ path, brotli }) => row(`live page: ${path || 'document'}, brotli`, brotli.length)),
    ];
  },
};
