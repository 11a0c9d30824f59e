/** Checks Signature Version 4 of a request, in its headers or, presigned, in its query. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalRequest, digest, pairsOf } from './canonical.ts';
import { type GatewayRequest, joined } from './message.ts';

/** What belongs to an access key. */
export interface Secret {
  readonly secretAccessKey: string;
  /** Of temporary credentials, which are good for nothing without it. */
  readonly sessionToken?: string;
}

export interface SignatureRules {
  readonly region: string;
  readonly service: string;
  readonly secretOf: (accessKeyId: string) => Secret | undefined;
  /** Epoch ms of the machine's clock. */
  readonly now: () => number;
}

/** Whose signature it is, or why it is none. */
export type Verdict = { readonly accessKeyId: string } | { readonly fault: string };

interface Claim {
  /** `<access key>/<date>/<region>/<service>/aws4_request` */
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** `yyyymmddThhmmssZ` */
  readonly date: string;
  readonly token: string | undefined;
  /** How long it holds, s. @default as long as clocks may differ */
  readonly expires?: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far the clocks of two machines may be apart, ms. */
const SKEW = 5 * 60_000;
/** The longest that a presigned request may hold, s. */
const WEEK = 7 * 24 * 3_600;

export function checkSignature(request: GatewayRequest, rules: SignatureRules): Verdict {
  try {
    const claim = claimOf(request);
    return typeof claim === 'string' ? { fault: claim } : judge(request, claim, rules);
  } catch (error) {
    if (error instanceof URIError) return { fault: 'the query is not well encoded' };
    throw error;
  }
}

function judge(request: GatewayRequest, claim: Claim, rules: SignatureRules): Verdict {
  const [accessKeyId = '', day = '', region, service, end, ...more] = claim.credential.split('/');
  const fault = (text: string) => ({ fault: text });
  if (region !== rules.region || service !== rules.service || end !== 'aws4_request' || more.length > 0)
    return fault(`the scope is not of ${rules.service} in ${rules.region}`);
  const late = timeFault(claim, day, rules.now());
  if (late !== undefined) return fault(late);
  const secret = rules.secretOf(accessKeyId);
  if (secret === undefined) return fault('the access key is unknown');
  if (claim.token !== secret.sessionToken) return fault('the session token is not that of the access key');
  const signed = claim.signedHeaders.split(';');
  const unsigned = [...request.headers.keys()].find(
    name => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name),
  );
  if (unsigned !== undefined) return fault(`header ${unsigned} is not signed`);
  const missing = signed.find(name => !request.headers.has(name));
  if (missing !== undefined) return fault('a signed header is missing');
  if (signed.join(';') !== signed.toSorted().join(';')) return fault('the signed headers are out of order');
  const told = joined(request.headers.get('x-amz-content-sha256'));
  if (told !== undefined && told !== digest(request.body)) return fault('the body is not what was signed');
  const scope = [day, region, service, end].join('/');
  const text = [ALGORITHM, claim.date, scope, digest(canonicalRequest(request, signed))].join('\n');
  const key = [day, region, service, end].reduce<string | Buffer>(hmac, `AWS4${secret.secretAccessKey}`);
  const [right, got] = [hmac(key, text), Buffer.from(claim.signature, 'hex')];
  if (got.length !== right.length || !timingSafeEqual(got, right)) return fault('the signature is wrong');
  return { accessKeyId };
}

/** What the request says of its signature, or what it lacks. */
function claimOf({ headers, query }: GatewayRequest): Claim | string {
  const header = joined(headers.get('authorization'));
  const pairs = pairsOf(query);
  const presigned = pairs.filter(([name]) => name.startsWith('X-Amz-'));
  if (header === undefined) {
    if (presigned.length === 0) return 'it is not signed';
    const fields = new Map(presigned);
    if (fields.size < presigned.length) return 'the query says something of its signature twice';
    if (fields.get('X-Amz-Algorithm') !== ALGORITHM) return `the algorithm is not ${ALGORITHM}`;
    return {
      credential: fields.get('X-Amz-Credential') ?? '',
      signedHeaders: fields.get('X-Amz-SignedHeaders') ?? '',
      signature: fields.get('X-Amz-Signature') ?? '',
      date: fields.get('X-Amz-Date') ?? '',
      token: fields.get('X-Amz-Security-Token'),
      expires: fields.get('X-Amz-Expires') ?? '',
    };
  }
  if (presigned.length > 0) return 'it is signed in its headers and in its query: one must do';
  if (!header.startsWith(`${ALGORITHM} `)) return `the algorithm is not ${ALGORITHM}`;
  const parts = header.slice(ALGORITHM.length).split(',');
  const fields = new Map(
    parts.map(part => {
      const [name = '', value = ''] = part.trim().split('=', 2);
      return [name, value];
    }),
  );
  if (fields.size < parts.length) return 'the header says something of its signature twice';
  return {
    credential: fields.get('Credential') ?? '',
    signedHeaders: fields.get('SignedHeaders') ?? '',
    signature: fields.get('Signature') ?? '',
    date: joined(headers.get('x-amz-date')) ?? '',
    token: joined(headers.get('x-amz-security-token')),
  };
}

function timeFault({ date, expires }: Claim, day: string, now: number): string | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (found === null) return 'the date is missing or not understood';
  const [, year, month, dayOfMonth, hour, minute, second] = found;
  const at = Date.parse(`${year}-${month}-${dayOfMonth}T${hour}:${minute}:${second}Z`);
  if (!date.startsWith(day) || day.length !== 8) return 'the date is not that of the scope';
  if (!(at <= now + SKEW)) return 'it is not valid yet';
  if (expires === undefined) return at < now - SKEW ? 'it has expired' : undefined;
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (seconds < 1 || seconds > WEEK) return 'it holds for no time that is allowed';
  return now >= at + seconds * 1_000 ? 'it has expired' : undefined;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
