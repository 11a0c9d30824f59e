/** Child process that is the least that anybody does with the vendor's frames: a `ws` client that parses them. */
import { WebSocket } from 'ws';
import { aloneEnv } from '../runtime/ingester/alone/names.ts';

const socket = new WebSocket(process.env[aloneEnv.feedUrl] ?? '', {
  perMessageDeflate: process.env['COMPRESSION'] === 'true',
});
socket.on('close', () => process.exit(0));
socket.on('message', data => {
  const [first]: { status?: string }[] = JSON.parse(data.toString());
  if (first?.status === 'connected') socket.send('{"action":"auth","params":"key"}');
  else if (first?.status === 'auth_success') socket.send('{"action":"subscribe","params":"T.*,Q.*,A.*"}');
});
