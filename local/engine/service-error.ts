/** Errors in the services' own words. */

/** An error that a service answers with. */
export class ServiceError extends Error {
  readonly type: string;
  /** What the answer tells beside its type and message. */
  readonly details: object;

  constructor(type: string, message: string, details: object = {}) {
    super(message);
    this.type = type;
    this.details = details;
  }
}
