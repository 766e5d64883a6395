// What the text of a handler says of the names that it takes from its context.

/** Up to the opening of the list of parameters: `async function name`, `async`, `name`, or nothing. */
const HEAD = /^(?:async\b\s*)?(?:function\b\s*)?\*?\s*(?:[A-Za-z_]\w*\s*)?\(\s*/
/** The only parameter of an arrow without parentheses. */
const BARE = /^(?:async\s+)?([A-Za-z_]\w*)\s*=>/
/** What reaches a name without writing it, and what makes braces hard to count. */
const UNCLEAR = /\\u|\\x|\barguments\b|\beval\b|\[native code\]/

/**
 * Whether a handler may read a name of its context; `false` only where its text leaves no way: it takes other names alone, or hands its
 * context to nobody.
 */
export function mayRead(handler: (ctx: never) => unknown, name: string): boolean {
  const text = Function.prototype.toString.call(handler)
  if (UNCLEAR.test(text) || mentions(text, name)) return true
  const bare = BARE.exec(text)
  if (bare !== null) return handsOn(text.slice(bare[0].length), bare[1]!)
  const head = HEAD.exec(text)
  if (head === null) return true
  const rest = text.slice(head[0].length)
  if (rest.startsWith(')')) return false
  if (rest.startsWith('{')) return !isPlainPattern(rest)
  const named = /^([A-Za-z_]\w*)\s*\)/.exec(rest)
  return named === null || handsOn(rest.slice(named[0].length), named[1]!)
}

/** Whether a text has a word. */
export function mentions(text: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(text)
}

/** Whether the context is used otherwise than by one of its names at a time. */
function handsOn(body: string, ctx: string): boolean {
  return new RegExp(`\\b${ctx}\\b(?!\\.[A-Za-z_])`).test(body)
}

/** Whether a pattern takes names that it writes, and nothing of the rest: `{ query, params: { id } }`. */
function isPlainPattern(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '{') depth++
    else if (char === '}') depth--
    else if (!/[\w\s,:]/.test(char)) return false
    if (depth === 0) return /^\s*[,)]/.test(text.slice(at + 1))
  }
  return false
}
