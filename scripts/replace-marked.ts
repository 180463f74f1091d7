/** `page` with `text` in the place of what stands between two markers. **Errors:** if it does not hold them, in this order. */
export function replaceMarked(page: string, begin: string, end: string, text: string): string {
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  if (from < begin.length || to < from) throw new Error(`the page does not hold the markers ${begin} and ${end}`);
  return `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`;
}
