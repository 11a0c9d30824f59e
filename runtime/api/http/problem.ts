/** What is wrong with a question, as RFC 9457 says it, and nothing of how the service is made. */

const titles = {
  400: 'The question cannot be answered as it is asked',
  404: 'There is no such thing',
  429: 'Too many questions at once',
  500: 'The service failed',
} as const;

export type ProblemStatus = keyof typeof titles;

/** Members of the problem beside those that every one has. */
export interface ProblemDetails {
  /** The parameter that is to be changed. */
  readonly parameter?: string;
  /** What is spelled nearly like what was asked for. */
  readonly nearest?: readonly string[];
  /** By which the service's log tells what happened. */
  readonly requestId?: string;
}

/** Thrown for a question that has no answer; the message is for whoever asked. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ProblemStatus;
  readonly details: ProblemDetails;

  constructor(status: ProblemStatus, detail: string, details: ProblemDetails = {}) {
    super(detail);
    this.status = status;
    this.details = details;
  }

  /** The JSON of its answer. */
  get text(): string {
    const { status, message, details } = this;
    return JSON.stringify({
      type: 'about:blank',
      title: titles[status],
      status,
      detail: message,
      ...details,
    });
  }
}
