/** What is wrong with a pattern, and what to write in its place. */
export interface PatternFault {
  readonly message: string
  readonly remedy: string
}

interface FaultRule {
  readonly test: RegExp
  /** Gets the name found in the segment, or `''`. */
  readonly tell: (piece: string, name: string) => PatternFault
}

const ESCAPES = 'Write it percent-encoded where it is meant as a character (%3A for a colon, %2A for a star).'
const OTHER_SEGMENT =
  "Write the value as a segment of its own, or take the whole segment as ':name' and part it in the handler."

// Read from top to bottom, the first that fits speaks. Most of them are what people bring from other routers.
const RULES: readonly FaultRule[] = [
  {
    test: /^[:*]__proto__\??$/,
    tell: () => ({
      message: "A param cannot be named '__proto__'.",
      remedy: 'Choose another name.',
    }),
  },
  {
    test: /^:([A-Za-z_]\w*)?\(/,
    tell: (piece, name) => ({
      message: `The segment '${piece}' holds a regular expression.`,
      remedy: `Write ':${name || 'name'}' and say in the route's \`params\` schema what it may be.`,
    }),
  },
  {
    test: /^:([A-Za-z_]\w*)\?$/,
    tell: (piece, name) => ({
      message: `The segment '${piece}' is optional, which a pattern cannot say.`,
      remedy: `Write two routes, one with ':${name}' and one without; or '*${name}?' for a rest that may be empty.`,
    }),
  },
  {
    test: /^:([A-Za-z_]\w*)[*+]$/,
    tell: (piece, name) => ({
      message: `The segment '${piece}' repeats, which a param cannot.`,
      remedy: `Write '*${name}' as the last segment: it takes the rest of the path.`,
    }),
  },
  {
    test: /^:$/,
    tell: () => ({ message: "A ':' stands there without a name.", remedy: "Give it a name: ':id'." }),
  },
  {
    test: /^:[A-Za-z_]/,
    tell: (piece) => ({
      message: `The segment '${piece}' has more than a param in it; a param is a whole segment.`,
      remedy: OTHER_SEGMENT,
    }),
  },
  {
    test: /^:/,
    tell: (piece) => ({
      message: `The name in '${piece}' cannot be used.`,
      remedy: "Begin it with a letter or '_', and go on with letters, digits and '_'.",
    }),
  },
  {
    test: /^\*+$|^\(\.[*+]\)$/,
    tell: () => ({ message: 'The wildcard has no name.', remedy: "Give it a name: '*rest'." }),
  },
  {
    test: /^\*/,
    tell: (piece) => ({
      message: `The name in '${piece}' cannot be used.`,
      remedy:
        "Write '*' and a name of letters, digits and '_': '*rest', or '*rest?' for one that may be empty.",
    }),
  },
  {
    test: /^[[{<](?:\.\.\.|\*)([A-Za-z_]\w*)[\]}>]$|^\{([A-Za-z_]\w*)[*+]\}$/,
    tell: (piece, name) => ({
      message: `The segment '${piece}' is not how a wildcard is written here.`,
      remedy: `Write '*${name}'.`,
    }),
  },
  {
    test: /^[[{<]([A-Za-z_]\w*)(?:[:?][^/]*)?[\]}>]$/,
    tell: (piece, name) => ({
      message: `The segment '${piece}' is not how a param is written here.`,
      remedy: `Write ':${name}'.`,
    }),
  },
  {
    test: /\?/,
    tell: () => ({
      message: "It holds a '?', but a pattern is a path only.",
      remedy: "Declare query fields in the route's `query`; for an optional segment write two routes.",
    }),
  },
  {
    test: /#/,
    tell: () => ({
      message: "It holds a '#', but fragments are never sent to a server.",
      remedy: 'Remove the fragment.',
    }),
  },
  {
    test: /[:*]/,
    tell: (piece) => ({
      message: `In the segment '${piece}' a ':' or '*' stands after other text; a param or wildcard is a whole segment.`,
      remedy: `${OTHER_SEGMENT} ${ESCAPES}`,
    }),
  },
  {
    test: /[()[\]{}<>\\]/,
    tell: (piece) => ({
      message: `The segment '${piece}' holds one of ( ) [ ] { } < > \\, and patterns know no regular expressions or groups.`,
      remedy: `Write ':name' for a param, '*name' for the rest, one route for each alternative. ${ESCAPES}`,
    }),
  },
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
  for (const { test, tell } of RULES) {
    const found = test.exec(piece)
    if (found !== null) return tell(piece, found[1] ?? found[2] ?? '')
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
