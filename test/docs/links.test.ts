/** What the documentation points at exists: pages, sections, files, commands and their flags. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const pages = [
  ...readdirSync(ROOT).filter(file => file.endsWith('.md')),
  ...['examples', 'kit', 'page'].map(room => `${room}/README.md`),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md'))
    .map(file => posix.join('docs', file.replaceAll('\\', '/'))),
].map(page => ({ page, text: readFileSync(join(ROOT, page), 'utf8') }));

/** A path below one of the project's folders, wherever a page names one: in prose, in a command, or in a link. */
const NAMED =
  /(?<![\w./@-])(?:bench|bin|docs|examples|kit|lib|local|page|runtime|test|\.ci)\/[\w-](?:[\w./-]*\w)?/g;

/** The text that is not code, in which alone a bracket means a link. */
function prose(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** The anchors that a page's headings have where it is read. */
function anchorsOf(text: string): string[] {
  const headings = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Where a link of a page leads, or what is wrong with it. */
function faultOf(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : posix.join(posix.dirname(page), path);
  if (!existsSync(join(ROOT, target))) return `${page}: ${link} leads to no file`;
  if (anchor === undefined || anchorsOf(readFileSync(join(ROOT, target), 'utf8')).includes(anchor))
    return undefined;
  return `${page}: ${link} leads to no section`;
}

describe('the documentation', () => {
  test('links to pages and sections that exist', () => {
    const links = pages.flatMap(({ page, text }) =>
      [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => ({ page, link })),
    );
    const inside = links.filter(({ link }) => !/^[a-z]+:/.test(link));
    expect(inside.length).toBeGreaterThan(25);
    expect(inside.flatMap(({ page, link }) => faultOf(page, link) ?? [])).toEqual([]);
  });

  test('names files and folders that exist', () => {
    const named = pages.flatMap(({ page, text }) =>
      [...text.matchAll(NAMED)].map(([path]) => ({ page, path: path.replace(/[.,]$/, '') })),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('names commands that exist, and flags that they explain', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const calls = pages.flatMap(({ page, text }) =>
      [...text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test))\b([^`\n|]*)/g)].map(
        ([call, run, other, rest = '']) => ({
          page,
          call,
          script: `${run ?? other}`,
          flags: [...rest.matchAll(/(?<= )--[a-z][\w-]+/g)].map(([flag]) => flag),
        }),
      ),
    );
    expect(calls.length).toBeGreaterThan(40);
    expect(calls.filter(({ script }) => !(script in scripts))).toEqual([]);
    // Those of other people's programs are theirs to explain.
    const own = calls.filter(({ script }) => /^node [\w/]+\/[\w-]+\.ts$/.test(scripts[script]));
    const unknown = own.flatMap(({ page, call, script, flags }) => {
      const help = helpOf(scripts[script]);
      return flags.filter(flag => !help.includes(flag)).map(flag => ({ page, call, flag }));
    });
    expect(own.flatMap(({ flags }) => flags).length).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
  });
});

/** The text of the program that a script starts; that of `npm start` explains its flags in a file beside it. */
function helpOf(script: string): string {
  const file = script.replace('node ', '');
  const files = [file, file.replace('main.ts', 'usage.ts')].filter(each => existsSync(join(ROOT, each)));
  return files.map(each => readFileSync(join(ROOT, each), 'utf8')).join('\n');
}
