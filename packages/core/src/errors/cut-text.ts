/** A text of a client, short enough to be repeated in an answer: a header may have 16 KB. */
export function cutText(text: string, max = 100): string {
  return text.length > max ? `${text.slice(0, max)}…` : text
}
