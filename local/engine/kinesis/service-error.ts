/** Errors in the service's own words. */

/** An error that the service answers with. */
export class ServiceError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export const invalidArgument = (message: string) => new ServiceError('InvalidArgumentException', message);

export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message);
