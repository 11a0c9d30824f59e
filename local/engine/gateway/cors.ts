/** What an API says to pages of the origins that it names; others learn nothing of its answers. */
import * as v from 'valibot';
import type { GatewayReply, GatewayRequest } from './message.ts';
import { joined } from './message.ts';

const names = v.optional(v.array(v.string()), []);

export const corsSchema = v.strictObject({
  AllowOrigins: v.array(v.pipe(v.string(), v.notValue('*', 'name the origins that may ask on this machine'))),
  AllowMethods: names,
  AllowHeaders: names,
  ExposeHeaders: names,
  MaxAge: v.optional(v.number()),
});

export type Cors = v.InferOutput<typeof corsSchema>;

export function letsIn(cors: Cors | undefined, origin: string): boolean {
  return cors?.AllowOrigins.includes(origin) ?? false;
}

/** Whether a browser asks what a page may ask: API Gateway answers that by itself. */
export function isPreflight({ method, headers }: GatewayRequest): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

export function preflightReply({ AllowMethods, AllowHeaders, MaxAge }: Cors): GatewayReply {
  const headers = {
    'access-control-allow-methods': AllowMethods.join(','),
    'access-control-allow-headers': AllowHeaders.join(','),
    ...(MaxAge !== undefined && { 'access-control-max-age': String(MaxAge) }),
  };
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** A reply as a page may read it; what its function says of origins does not count. */
export function toldTo(cors: Cors | undefined, request: GatewayRequest, reply: GatewayReply): GatewayReply {
  const origin = joined(request.headers.get('origin'));
  if (cors === undefined || origin === undefined || !letsIn(cors, origin)) return reply;
  const headers = {
    ...reply.headers,
    'access-control-allow-origin': origin,
    ...(cors.ExposeHeaders.length > 0 && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
    vary: [reply.headers['vary'], 'origin'].flat().filter(Boolean).join(', '),
  };
  return { ...reply, headers };
}
