/** Shows the notice where it belongs: in place of the bars, or as a line above them. */
import type { Notice } from '../model/notice.ts';
import { found, mark, write } from './dom.ts';

export function showNotice(notice: Notice | undefined): void {
  place('banner', notice?.place === 'top' ? notice : undefined);
  place('notice', notice?.place === 'middle' ? notice : undefined);
}

function place(id: string, notice: Notice | undefined): void {
  const element = found(id, HTMLElement);
  element.hidden = notice === undefined;
  mark(element, 'data-tone', notice?.tone);
  write(found(`${id}-title`, HTMLElement), notice?.title ?? '');
  write(found(`${id}-text`, HTMLElement), notice?.text ?? '');
}
