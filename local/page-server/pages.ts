/** The page as it is handed out, made by a process of its own: esbuild would keep one as long as its caller lives. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

const pageSchema = v.object({
  headers: v.record(v.string(), v.string()),
  files: v.array(
    v.object({ path: v.string(), type: v.string(), body: v.string(), gzip: v.string(), brotli: v.string() }),
  ),
});

/** Headers of every file, and the files by path; their bytes are base64. */
export type PageFiles = v.InferOutput<typeof pageSchema>;

/** @throws Error when it cannot be made */
export async function builtPage(pollSeconds: number): Promise<PageFiles> {
  const program = fileURLToPath(new URL('./build-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, String(pollSeconds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  const [made, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(`the page cannot be made: ${said.trim() || `exit code ${code}`}`);
  return v.parse(pageSchema, JSON.parse(made));
}
