/** A text of a client as an answer may repeat it: a header has up to 16 KB, and to send it back serves nobody. */
export function cutText(text: string, max = 100): string {
  return text.length > max ? `${text.slice(0, max)}…` : text
}
