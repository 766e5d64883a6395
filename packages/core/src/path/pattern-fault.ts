/** What is wrong with a pattern, and what to write in its place. */
export interface PatternFault {
  readonly message: string
  readonly remedy: string
}

/** `{segment}` stands for the segment, `{name}` for the name that was found in it. */
type FaultRule = readonly [test: RegExp, message: string, remedy: string]

const ESCAPES = 'Write it percent-encoded where it is meant as a character (%3A for a colon, %2A for a star).'
const OTHER_SEGMENT =
  "Write the value as a segment of its own, or take the whole segment as ':name' and part it in the handler."
const UNUSABLE = "The name in '{segment}' cannot be used."

// Read from top to bottom, the first that fits speaks. Most of them are what people bring from other routers.
const RULES: readonly FaultRule[] = [
  [/^[:*]__proto__\??$/, "A param cannot be named '__proto__'.", 'Choose another name.'],
  [
    /^:([A-Za-z_]\w*)?\(/,
    "The segment '{segment}' holds a regular expression.",
    "Write ':{name}' and say in the route's `params` schema what it may be.",
  ],
  [
    /^:([A-Za-z_]\w*)\?$/,
    "The segment '{segment}' is optional, which a pattern cannot say.",
    "Write two routes, one with ':{name}' and one without; or '*{name}?' for a rest that may be empty.",
  ],
  [
    /^:([A-Za-z_]\w*)[*+]$/,
    "The segment '{segment}' repeats, which a param cannot.",
    "Write '*{name}' as the last segment: it takes the rest of the path.",
  ],
  [/^:$/, "A ':' stands there without a name.", "Give it a name: ':id'."],
  [
    /^:[A-Za-z_]/,
    "The segment '{segment}' has more than a param in it; a param is a whole segment.",
    OTHER_SEGMENT,
  ],
  [/^:/, UNUSABLE, "Begin it with a letter or '_', and go on with letters, digits and '_'."],
  [/^\*+$|^\(\.[*+]\)$/, 'The wildcard has no name.', "Give it a name: '*rest'."],
  [
    /^\*/,
    UNUSABLE,
    "Write '*' and a name of letters, digits and '_': '*rest', or '*rest?' for one that may be empty.",
  ],
  [
    /^[[{<](?:\.\.\.|\*)([A-Za-z_]\w*)[\]}>]$|^\{([A-Za-z_]\w*)[*+]\}$/,
    "The segment '{segment}' is not how a wildcard is written here.",
    "Write '*{name}'.",
  ],
  [
    /^[[{<]([A-Za-z_]\w*)(?:[:?][^/]*)?[\]}>]$/,
    "The segment '{segment}' is not how a param is written here.",
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
    "In the segment '{segment}' a ':' or '*' stands after other text; a param or wildcard is a whole segment.",
    `${OTHER_SEGMENT} ${ESCAPES}`,
  ],
  [
    /[()[\]{}<>\\]/,
    "The segment '{segment}' holds one of ( ) [ ] { } < > \\, and patterns know no regular expressions or groups.",
    `Write ':name' for a param, '*name' for the rest, one route for each alternative. ${ESCAPES}`,
  ],
]

/** Most static segments: nothing in them is anything else. */
const PLAIN = /^[\w-][\w.-]*$/

/** What is wrong with one segment of a pattern, as it was written; nothing when it can be used. */
export function findSegmentFault(piece: string, isLast: boolean): PatternFault | undefined {
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
  return findStaticFault(piece)
}

const EMPTY_SEGMENT: PatternFault = {
  message: "It holds an empty segment, '//'.",
  remedy: 'Write one slash.',
}

const WILDCARD_NOT_LAST: PatternFault = {
  message: 'After the wildcard comes another segment, but it takes the whole rest of the path.',
  remedy: "Make '*rest' the last segment, or write ':name' for one segment.",
}

function findStaticFault(piece: string): PatternFault | undefined {
  const text = tryDecode(piece)
  if (text === undefined) {
    return {
      message: `The segment '${piece}' holds a '%' that begins no escape.`,
      remedy: "Write '%25' for a percent sign.",
    }
  }
  if (text.split('/').some((part) => part === '.' || part === '..')) {
    return {
      message: `The segment '${piece}' is a dot segment, and requests with those are refused.`,
      remedy: 'Write the path that it leads to.',
    }
  }
  // Codes below 32 and 127: no client sends them on purpose, and NUL is refused in every request.
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
