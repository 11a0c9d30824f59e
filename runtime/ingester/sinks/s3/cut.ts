/** Where the last whole line of a file ends that somebody stopped writing. */

const NEWLINE = 0x0a;

/** How many bytes from the start on are whole lines; a last line that is no JSON is none. */
export function wholeLines(bytes: Buffer): number {
  let end = bytes.lastIndexOf(NEWLINE) + 1;
  while (end > 0) {
    const start = end < 2 ? 0 : bytes.lastIndexOf(NEWLINE, end - 2) + 1;
    if (isJson(bytes.toString('utf8', start, end))) return end;
    end = start;
  }
  return 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
