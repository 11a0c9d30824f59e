/** Keeps a local server to this machine's own programs: a browser may be made to ask it by any page. */
import { foreign } from '../loopback/guard.ts';
import type { Answer } from './refusal.ts';

/** Answers in place of `answer` what comes from elsewhere. */
export function ownOnly(answer: Answer): Answer {
  return (request, response) => {
    const { host, origin, ':authority': authority } = request.headers;
    const refused = foreign({ host: host ?? String(authority), origin });
    if (refused === undefined) return answer(request, response);
    request.resume();
    response.writeHead(403, { 'content-type': 'text/plain' });
    response.end(`${refused}\n`);
  };
}
