/** Serves the live page at `/` and the API below `/v1/`, so that both come from one place. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { forward, problem } from './forward.ts';
import { builtPage, type PageFiles } from './pages.ts';
import type { Upstream } from './sign.ts';

export interface PageServerProps {
  /** Seconds between two looks of the page at the newest bars. */
  readonly pollSeconds: number;
  /** Is told what keeps questions from being answered. */
  readonly trouble: (error: unknown) => void;
}

export class PageServer {
  /** Where the API is, once it is known; `none` where no feed keeps bars that it could answer with. */
  api: Upstream | 'none' | undefined;
  readonly #props: PageServerProps;
  #page: Promise<PageFiles> | undefined;

  constructor(props: PageServerProps) {
    this.#props = props;
  }

  /** Answers a `GET`. */
  readonly answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const question = new URL(request.url ?? '/', 'http://localhost');
    const { pathname } = question;
    if (!pathname.startsWith('/v1/')) return this.#file(pathname.slice(1), request, response);
    const { api } = this;
    if (api === undefined) return problem(response, 503, 'The pipeline is still starting');
    if (api === 'none')
      return problem(
        response,
        404,
        'There is no API, for no feed here keeps bars: npm run tail follows their streams',
      );
    return forward(api, question, request, response, this.#props.trouble);
  };

  async #file(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Made when somebody looks: most runs are looked at by nobody.
    this.#page ??= builtPage(this.#props.pollSeconds);
    const { headers, files } = await this.#page.catch(error => {
      this.#page = undefined;
      throw error;
    });
    const file = files.find(each => each.path === path);
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing is here: the page is at /\n');
      return;
    }
    const accepted = request.headers['accept-encoding'] ?? '';
    const coding = (
      [
        ['br', 'brotli'],
        ['gzip', 'gzip'],
      ] as const
    ).find(([name]) => accepted.includes(name));
    response.writeHead(200, {
      ...{ ...headers, 'content-type': file.type, vary: 'accept-encoding' },
      ...(coding && { 'content-encoding': coding[0] }),
    });
    response.end(Buffer.from(file[coding?.[1] ?? 'body'], 'base64'));
  }
}
