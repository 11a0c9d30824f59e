/** The runbook as a page of its own, so that an alarm can lead to its section. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked } from 'marked';

const SOURCE = join(import.meta.dirname, '../docs/runbook.md');

/** The anchor of a heading, as code hosts make it: `Feed down` is `feed-down`. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-');
}

export function runbookPage(): string {
  const marked = new Marked({
    async: false,
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
    },
  });
  const body = marked.parse(readFileSync(SOURCE, 'utf8'));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Runbook · Barflow</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page.css">
</head>
<body class="document"><main>
${body}</main></body>
</html>
`;
}
