/** A logger that writes nothing but remembers its lines. */
import { Logger } from '@aws-lambda-powertools/logger';

export class MemoryLogger extends Logger {
  readonly lines: string[] = [];

  constructor() {
    super({ serviceName: 'test', logLevel: 'DEBUG' });
  }

  override printLog(_level: number, log: { getAttributes(): unknown }): void {
    this.lines.push(JSON.stringify(log.getAttributes()));
  }
}
