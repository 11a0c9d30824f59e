/** The code that a page of the documentation shows, written into files of its own within the project, where it finds its packages. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** Every ```` ```ts NAME ```` of a page as `NAME.ts` in a folder that goes when it is disposed of. */
export class Snippets implements Disposable {
  readonly folder: string;
  readonly names: readonly string[];

  constructor(page: string) {
    mkdirSync(join(ROOT, 'out'), { recursive: true });
    this.folder = mkdtempSync(join(ROOT, 'out', 'snippets-'));
    const text = readFileSync(join(ROOT, page), 'utf8');
    const found = [...text.matchAll(/```ts (\w+)\n([\s\S]*?)```/g)];
    for (const [, name, code = ''] of found) writeFileSync(this.file(`${name}`), code);
    this.names = found.map(([, name]) => `${name}`);
    const settings = { extends: '../../tsconfig.json', include: ['*.ts'] };
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(settings));
  }

  file(name: string): string {
    return join(this.folder, `${name}.ts`);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
