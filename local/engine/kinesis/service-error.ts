/** Errors that Kinesis answers with more than once. */
import { ServiceError } from '../service-error.ts';

export const invalidArgument = (message: string) => new ServiceError('InvalidArgumentException', message);

export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message);
