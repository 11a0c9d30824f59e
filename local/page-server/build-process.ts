/** Process that makes the page and writes it on standard output; its argument says how often the page looks, in seconds. */
import { buildPage, pageHeaders } from '../../page/build.ts';

const files = await buildPage({ pollSeconds: Number(process.argv[2]) });
const packed = files.map(({ path, type, body, gzip, brotli }) => ({
  ...{ path, type, body: body.toString('base64') },
  ...{ gzip: gzip.toString('base64'), brotli: brotli.toString('base64') },
}));
process.stdout.write(JSON.stringify({ headers: pageHeaders, files: packed }));
