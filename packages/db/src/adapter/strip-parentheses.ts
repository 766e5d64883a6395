/** Strings and quoted names, which may have parentheses, and parentheses. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|[()]/g
/** The same where a backslash escapes: on MySQL and MariaDB. */
const PIECES_WITH_BACKSLASHES = /'(?:[^'\\]|''|\\[^])*'|"(?:[^"\\]|""|\\[^])*"|`(?:[^`]|``)*`|[()]/g

/** An expression without parentheses around all of it. */
export function stripParentheses(text: string, options: { readonly hasBackslashes?: boolean } = {}): string {
  const pieces = options.hasBackslashes === true ? PIECES_WITH_BACKSLASHES : PIECES
  let inner = text.trim()
  while (isEnclosed(inner, pieces)) inner = inner.slice(1, -1).trim()
  return inner
}

function isEnclosed(text: string, pieces: RegExp): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false
  let depth = 0
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    if (piece === '(') depth += 1
    if (piece === ')') depth -= 1
    if (depth === 0) return index === text.length - 1
  }
  return false
}
