/** A folder of a test's own, gone when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'barflow-test-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}
