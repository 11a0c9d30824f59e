/** Makes of what a function returned the reply that API Gateway makes of it. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as v from 'valibot';
import { type GatewayReply, refusal } from './message.ts';

/** What Lambda takes of a synchronous invocation, in or out, bytes. */
export const INVOCATION_LIMIT = 6 * 2 ** 20;

const plain = v.union([v.string(), v.number(), v.boolean()]);
const answerSchema = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.string()]),
    v.transform(Number),
    v.integer(),
    v.minValue(200),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), plain), {}),
  cookies: v.nullish(v.array(v.string()), []),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
});

/** How long a body is and how a connection goes on is the gateway's to say. */
const OWN = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** @returns 500 for what is no answer */
export function replyOf(result: unknown): GatewayReply {
  const text = typeof result === 'string' ? result : JSON.stringify(result ?? null);
  if (Buffer.byteLength(text) > INVOCATION_LIMIT) return refusal(500);
  const isAnswer = typeof result === 'object' && result !== null && 'statusCode' in result;
  if (!isAnswer)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  const answer = v.safeParse(answerSchema, result);
  if (!answer.success) return refusal(500);
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer.output;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  try {
    for (const [name, value] of named) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    for (const cookie of cookies) validateHeaderValue('set-cookie', cookie);
  } catch {
    return refusal(500);
  }
  const kept = Object.fromEntries(named.filter(([name]) => !OWN.has(name)));
  return {
    status: statusCode,
    headers: {
      ...(kept['content-type'] === undefined && { 'content-type': 'text/plain;charset=utf-8' }),
      ...kept,
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
