import type { SetupProblem } from '../errors/index.ts'

/** What is wrong with a pattern, and what to write instead. */
export type PatternProblem = Pick<SetupProblem, 'message' | 'remedy'>

/** `{segment}` stands for the segment, `{name}` for the name that was found in it. */
type Rule = readonly [test: RegExp, message: string, remedy: string]

const ESCAPES = 'Write it percent-encoded where it is meant as a character (%3A for a colon, %2A for a star).'
const OTHER_SEGMENT =
  "Write the value as a segment of its own, or take the whole segment as ':name' and split it in the handler."
const INVALID_NAME = "The name in '{segment}' is invalid."

// The first rule that matches counts. Most of them find the syntax of other routers.
const RULES: readonly Rule[] = [
  [/^[:*]__proto__\??$/, "A param cannot be named '__proto__'.", 'Choose another name.'],
  [
    /^:([A-Za-z_]\w*)?\(/,
    "The segment '{segment}' holds a regular expression.",
    "Write ':{name}', and declare in the route's `params` schema what it may be.",
  ],
  [
    /^:([A-Za-z_]\w*)\?$/,
    "The segment '{segment}' is optional, which patterns do not support.",
    "Write two routes, one with ':{name}' and one without; or '*{name}?' for a rest that may be empty.",
  ],
  [
    /^:([A-Za-z_]\w*)[*+]$/,
    "The segment '{segment}' repeats, which params do not support.",
    "Write '*{name}' as the last segment: it takes the rest of the path.",
  ],
  [/^:$/, "A ':' has no name.", "Give it a name: ':id'."],
  [
    /^:[A-Za-z_]/,
    "The segment '{segment}' holds more than a param; a param is a whole segment.",
    OTHER_SEGMENT,
  ],
  [/^:/, INVALID_NAME, "Begin it with a letter or '_', followed by letters, digits and '_'."],
  [/^\*+$|^\(\.[*+]\)$/, 'The wildcard has no name.', "Give it a name: '*rest'."],
  [
    /^\*/,
    INVALID_NAME,
    "Write '*' and a name of letters, digits and '_': '*rest', or '*rest?' for one that may be empty.",
  ],
  [
    /^[[{<](?:\.\.\.|\*)([A-Za-z_]\w*)[\]}>]$|^\{([A-Za-z_]\w*)[*+]\}$/,
    "The segment '{segment}' is not the syntax of a wildcard.",
    "Write '*{name}'.",
  ],
  [
    /^[[{<]([A-Za-z_]\w*)(?:[:?][^/]*)?[\]}>]$/,
    "The segment '{segment}' is not the syntax of a param.",
    "Write ':{name}'.",
  ],
  [
    /\?/,
    "It holds a '?', but a pattern is a path only.",
    "Declare query fields in the route's `query`; for an optional segment write two routes.",
  ],
  [/#/, "It holds a '#', but fragments are never sent to a server.", 'Remove the fragment.'],
  [
    /[:*]/,
    "In the segment '{segment}' a ':' or '*' follows other text; a param or wildcard is a whole segment.",
    `${OTHER_SEGMENT} ${ESCAPES}`,
  ],
  [
    /[()[\]{}<>\\]/,
    "The segment '{segment}' holds one of ( ) [ ] { } < > \\; patterns have no regular expressions and no groups.",
    `Write ':name' for a param, '*name' for the rest, one route for each alternative. ${ESCAPES}`,
  ],
]

/** Most static segments: they cannot be anything else. */
const PLAIN = /^[\w-][\w.-]*$/

/** What is wrong with one segment of a pattern, as written; `undefined` when it is valid. */
export function findSegmentProblem(piece: string, isLast: boolean): PatternProblem | undefined {
  if (PLAIN.test(piece)) return undefined
  if (piece === '') return isLast ? undefined : EMPTY_SEGMENT
  if (/^(?::(?!__proto__$)[A-Za-z_]\w*|\*(?!__proto__\??$)[A-Za-z_]\w*\??)$/.test(piece)) {
    return piece.startsWith('*') && !isLast ? WILDCARD_NOT_LAST : undefined
  }
  for (const [test, message, remedy] of RULES) {
    const found = test.exec(piece)
    if (found === null) continue
    const name = found[1] ?? found[2] ?? 'name'
    const fill = (text: string): string =>
      text.replaceAll(/\{(?:segment|name)\}/g, (what) => (what === '{name}' ? name : piece))
    return { message: fill(message), remedy: fill(remedy) }
  }
  return findStaticProblem(piece)
}

const EMPTY_SEGMENT: PatternProblem = {
  message: "It holds an empty segment, '//'.",
  remedy: 'Write one slash.',
}

const WILDCARD_NOT_LAST: PatternProblem = {
  message: 'Another segment follows the wildcard, which matches the whole rest of the path.',
  remedy: "Make '*rest' the last segment, or write ':name' for one segment.",
}

function findStaticProblem(piece: string): PatternProblem | undefined {
  const text = tryDecode(piece)
  if (text === undefined) {
    return {
      message: `The segment '${piece}' holds a '%' that does not begin an escape.`,
      remedy: "Write '%25' for a percent sign.",
    }
  }
  if (text.split('/').some((part) => part === '.' || part === '..')) {
    return {
      message: `The segment '${piece}' is a dot segment, and requests with dot segments are refused.`,
      remedy: 'Write the path that it leads to.',
    }
  }
  // Codes below 32, and 127: no client sends them on purpose, and NUL is refused in every request.
  if (/\p{Cc}/u.test(text)) {
    return { message: 'It holds a control character.', remedy: 'Remove it.' }
  }
  return undefined
}

function tryDecode(piece: string): string | undefined {
  try {
    return decodeURIComponent(piece)
  } catch {
    return undefined
  }
}
