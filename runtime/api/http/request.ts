/** What is read of an event of API Gateway's HTTP API (payload 2.0). */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

export interface Request {
  /** Method and path of the route, as it is declared. */
  readonly routeKey: string;
  /** As it came, not decoded. */
  readonly query: string;
  /** The parts of the path that the route leaves open. */
  readonly path: Readonly<Record<string, string | undefined>>;
  /** When it was asked, epoch ms of event time. */
  readonly at: number;
  readonly id: string;
  /** By name in small letters. */
  header(name: string): string | undefined;
}

export function requestIn(event: APIGatewayProxyEventV2): Request {
  const { headers } = event;
  return {
    routeKey: event.routeKey,
    query: event.rawQueryString,
    path: event.pathParameters ?? {},
    at: event.requestContext.timeEpoch,
    id: event.requestContext.requestId,
    header: name => (Object.hasOwn(headers, name) ? headers[name] : undefined),
  };
}

/** @throws Problem for a body, which no question has */
export function refuseBody({ body }: APIGatewayProxyEventV2): void {
  if (body) throw new Problem(400, 'the request has a body: ask by path and query alone');
}
