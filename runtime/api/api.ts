/** A request of API Gateway in, its answer out: whatever happens, an answer that says what and nothing of how. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Logger } from '../platform/logger.ts';
import { Problem } from './http/problem.ts';
import { refuseBody, requestIn } from './http/request.ts';
import { problemResponse, responseOf } from './http/response.ts';
import { answerTo, type Sources } from './routes.ts';

/** What DynamoDB says when it has no room; it has when asked again. */
const BUSY = ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'];

export async function respond(
  event: APIGatewayProxyEventV2,
  sources: Sources,
  logger: Pick<Logger, 'error'>,
  signal: AbortSignal,
): Promise<APIGatewayProxyStructuredResultV2> {
  const request = requestIn(event);
  try {
    refuseBody(event);
    return responseOf(request, await answerTo(sources, request, signal));
  } catch (error) {
    if (error instanceof Problem) return problemResponse(request, error);
    logger.error('a question could not be answered', {
      route: request.routeKey,
      requestId: request.id,
      error,
    });
    return problemResponse(request, failure(error, request.id));
  }
}

function failure(error: unknown, requestId: string): Problem {
  return error instanceof Error && BUSY.includes(error.name)
    ? new Problem(429, 'the tables have no room for more questions now: ask again in a second', { requestId })
    : new Problem(500, 'the answer could not be made: ask again', { requestId });
}
