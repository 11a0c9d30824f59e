/** Errors in DynamoDB's words. */
import { ServiceError } from '../../service-error.ts';

const SERVICE = 'com.amazonaws.dynamodb.v20120810#';

export const validation = (message: string) =>
  new ServiceError('com.amazon.coral.validate#ValidationException', message);

/** An input that no client of the service writes. */
export const malformed = (message: string) =>
  new ServiceError('com.amazon.coral.service#SerializationException', message);

export const notFound = (message = 'Requested resource not found') =>
  new ServiceError(`${SERVICE}ResourceNotFoundException`, message);

export const inUse = (message: string) => new ServiceError(`${SERVICE}ResourceInUseException`, message);

/** @param details the item that the condition does not hold for, if it was asked for */
export const conditionFailed = (details: object) =>
  new ServiceError(`${SERVICE}ConditionalCheckFailedException`, 'The conditional request failed', details);
