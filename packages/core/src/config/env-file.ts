/** One variable of a file. */
export interface EnvFileEntry {
  readonly value: string
  /** First line of the assignment, from 1. */
  readonly line: number
}

/** A violation of the grammar in a file. Never holds the text of the file: it may be a secret. */
export interface EnvFileProblem {
  readonly line: number
  readonly message: string
  readonly remedy: string
}

/** The contents of a file. */
export interface EnvFile {
  readonly entries: ReadonlyMap<string, EnvFileEntry>
  readonly problems: readonly EnvFileProblem[]
}

const BLANK = /[ \t]*(?=[#\n]|$)/y
const NAME = /[ \t]*(?:export[ \t]+|(?!export[ \t]))([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/y
const UNQUOTED = /(?:[^\n#]|(?<![ \t])#)*/y
const QUOTED: Readonly<Record<string, RegExp>> = {
  "'": /'([^'\n]*)'/y,
  '"': /"([^"\\]*(?:\\[^][^"\\]*)*)"/y,
  // Refused.
  '`': /(?!)/y,
}
/** Only a comment may follow a quoted value on its line. */
const TAIL = /(?:[ \t]+#[^\n]*|[ \t]*)(?=\n|$)/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', $: '$', '\\': '\\' }

type ProblemText = Omit<EnvFileProblem, 'line'>
const PROBLEMS: Readonly<Record<string, ProblemText>> = {
  name: {
    message: 'This is not an assignment.',
    remedy: 'Write NAME=value with letters, digits and _ in the name; comments begin with #.',
  },
  '`': {
    message: 'Values in backticks are not supported.',
    remedy: 'Use single or double quotes.',
  },
  "'": {
    message: 'The closing single quote is missing.',
    remedy: 'Close it on the same line; only double quotes may span lines.',
  },
  '"': {
    message: 'The closing double quote is missing.',
    remedy: 'Add it at the end of the value.',
  },
  escape: {
    message: 'A backslash does not begin a known escape.',
    remedy: 'Write \\\\ for a backslash, or use single quotes.',
  },
  tail: {
    message: 'Something follows the closing quote.',
    remedy: 'Put the whole value in quotes, or write \\" for a quote inside it.',
  },
}

/**
 * Parses the text of a `.env` file. The grammar is small and strict, and documented in the configuration guide:
 *
 * - `NAME=value`, one per line; `export` before it, blanks around `=`, empty lines and `# comments` are allowed
 * - unquoted values end at the end of the line or at a `#` after a blank, and are trimmed
 * - `'single quotes'`: as written, on one line
 * - `"double quotes"`: may span lines; `\n`, `\r`, `\t`, `\"`, `\$` and `\\` are escapes, others are refused
 * - nothing is substituted: `$HOME` stays `$HOME`
 */
export function parseEnvFile(file: string): EnvFile {
  // A byte order mark, and the line ends of Windows.
  const text = file.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  const entries = new Map<string, EnvFileEntry>()
  const problems: EnvFileProblem[] = []
  let line = 1
  for (let at = 0; at < text.length; at++) {
    const start = at
    const name = matchAt(NAME, text, at)
    const read = name === undefined ? undefined : readValue(text, at + name[0].length)
    const earlier = entries.get(name?.[1] ?? '')
    if (read?.problem !== undefined) {
      problems.push({ line: line + countLines(text.slice(start, read.at)), ...read.problem })
    } else if (earlier !== undefined) {
      const message = `${name![1]} is already set on line ${earlier.line}.`
      problems.push({ line, message, remedy: 'Remove one of them.' })
    } else if (read !== undefined) entries.set(name![1]!, { value: read.value, line })
    else if (matchAt(BLANK, text, at) === undefined) problems.push({ line, ...PROBLEMS['name']! })
    at = endOfLine(text, read?.end ?? at)
    line += countLines(text.slice(start, at + 1))
  }
  return { entries, problems }
}

interface ReadValue {
  readonly value: string
  /** Where the text after it begins. */
  readonly end: number
  readonly problem?: ProblemText | undefined
  /** Where the problem is. */
  readonly at?: number
}

function readValue(text: string, at: number): ReadValue {
  const quote = text[at] ?? ''
  const pattern = QUOTED[quote]
  if (pattern === undefined) {
    const [value] = matchAt(UNQUOTED, text, at)!
    return { value: value.trimEnd(), end: at + value.length }
  }
  const found = matchAt(pattern, text, at)
  // Without a closing quote the value may be the rest of the file.
  if (found === undefined)
    return { value: '', end: quote === '"' ? text.length : at, problem: PROBLEMS[quote], at }
  const end = at + found[0].length
  const value = quote === '"' ? unescape(found[1]!) : found[1]!
  if (typeof value === 'number') return { value: '', end, problem: PROBLEMS['escape'], at: at + 1 + value }
  return matchAt(TAIL, text, end) === undefined
    ? { value: '', end, problem: PROBLEMS['tail'], at }
    : { value, end }
}

/** Replaces the escapes of a text, or returns the position of the first invalid one. */
function unescape(text: string): string | number {
  const wrong = [...text.matchAll(/\\([^])/g)].find(([, char]) => ESCAPES[char!] === undefined)
  return wrong?.index ?? text.replaceAll(/\\([^])/g, (_, char: string) => ESCAPES[char]!)
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}
