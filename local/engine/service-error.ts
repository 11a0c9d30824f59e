/** An error in the words of the service that a local server stands for. */

/** An error that the service answers with. */
export class ServiceError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
