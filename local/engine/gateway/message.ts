/** Requests and replies as the gateway hands them around. */

export interface GatewayRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly query: string;
  /** Such as `HTTP/1.1`. */
  readonly protocol: string;
  /** Every value of every header, by its name in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  readonly sourceIp: string;
}

export interface GatewayReply {
  readonly status: number;
  /** By name; a list for what is sent several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** What API Gateway says by itself, by status. */
const WORDS = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** A reply that no function made; why is said to nobody but the access log. */
export function refusal(status: keyof typeof WORDS): GatewayReply {
  const body = Buffer.from(JSON.stringify({ message: WORDS[status] }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** A header's values in one text, as functions and signatures see it. */
export function joined(values: readonly string[] | undefined): string | undefined {
  return values?.join(',');
}
