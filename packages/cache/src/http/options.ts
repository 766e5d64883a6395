import type { SetupProblem } from '@keelson/core'
import {
  callable,
  checkOptions,
  either,
  integer,
  listOf,
  ofKind,
  oneOf,
  optionTable,
  refuseCall,
  required,
  text,
} from '@keelson/core/options'
import { MAX_TTL_MS } from '@keelson/core/ports'
import { tagProblem } from '../tags/index.ts'
import { isKeptHeader } from './kept-headers.ts'
import type { CachedOptions, InvalidatesOptions } from './contract.ts'

/** RFC 9110 §5.1. */
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

/** What these statuses say is about one message, or one caller (RFC 9110 §15.5, RFC 6585, RFC 8470). */
const OF_ONE_REQUEST: ReadonlySet<number> = new Set([
  401, 407, 408, 411, 412, 413, 415, 416, 417, 421, 425, 426, 428, 429, 431,
])

const NEEDS = ofKind(
  {
    what: 'what needs() made',
    test: (value) => Array.isArray((value as { readonly names?: unknown }).names),
    remedy: () => "Write needs<{ user: User }>('user').",
  },
  'What the context must have.',
)

/** Options of {@link invalidates}. */
export const INVALIDATES_OPTIONS = optionTable<InvalidatesOptions<never>>({
  needs: NEEDS,
  tags: required(
    either(listOf(text('A tag.'), 'Tags.'), callable('Tags of a request.', '(ctx, outcome) => tags')),
  ),
})

const CACHED_OPTIONS = optionTable<CachedOptions<never>>({
  ttlMs: required(integer('How long an answer is fresh, ms.', { minimum: 1, maximum: MAX_TTL_MS })),
  graceMs: integer('How long one that is not fresh may be given, ms.', { maximum: MAX_TTL_MS, default: 0 }),
  needs: NEEDS,
  tags: either(
    listOf(text('A tag.'), 'By which answers are invalidated.'),
    callable('Tags of an answer.', '(ctx) => tags'),
  ),
  by: either(
    oneOf(['user', 'nobody'], 'Whose answers they are.'),
    callable('Tells callers apart.', '(ctx) => part'),
  ),
  key: either(oneOf(['body'], 'What tells answers apart besides.'), callable('Gives it.', '(ctx) => part')),
  vary: listOf(text('A request header.'), 'Request headers on which the answer depends.'),
  headers: listOf(text('A header.'), 'Headers of the answer that are kept.'),
  errors: listOf(
    integer('A status.', { minimum: 400, maximum: 499 }),
    'Statuses of errors that are kept as well.',
  ),
  errorTtlMs: integer('How long errors are fresh, ms.', { minimum: 1, maximum: MAX_TTL_MS }),
  maxEntryBytes: integer('Largest answer that is kept.', { minimum: 1 }),
})

/** @throws {SetupError} `ERR_CORE_OPTION` */
export function checkCachedOptions(options: CachedOptions<never>, below: Function): void {
  const place = { name: 'cached', below: below as never }
  checkOptions(CACHED_OPTIONS, options, place)
  const { tags, errors = [], errorTtlMs, vary = [], headers = [] } = options
  const problem = typeof tags === 'function' || tags === undefined ? undefined : tagProblem(tags)
  const problems = [
    ...(problem === undefined ? [] : [problem]),
    ...errors.flatMap(errorProblems),
    ...vary.flatMap((name) => nameProblems('vary', name)),
    ...headers.flatMap((name) => nameProblems('headers', name)),
    ...headers.flatMap(keptProblems),
  ]
  if (options.needs !== undefined && ![tags, options.by, options.key].some(isFunction))
    problems.push(idleNeeds('tags, by or key'))
  if (errorTtlMs !== undefined && errors.length === 0)
    problems.push({
      message: 'Option errorTtlMs says how long errors are kept, and errors names none.',
      remedy: 'Say errors: [404], or omit errorTtlMs.',
    })
  refuseCall(problems, place)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

/** What a context must have that no function is given. */
export function idleNeeds(functions: string): Words {
  return {
    message: `Option needs says what functions are given, and there is none.`,
    remedy: `Give a function as ${functions}, or omit needs.`,
  }
}

/** The same options with the names of headers in lower case, each once. */
export function readCachedOptions(options: CachedOptions<never>): CachedOptions<never> {
  const { vary, headers } = options
  return { ...options, vary: vary && lowered(vary), headers: headers && lowered(headers) }
}

function lowered(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))]
}

type Words = Pick<SetupProblem, 'message' | 'remedy'>

function nameProblems(option: 'vary' | 'headers', name: string): Words[] {
  if (name === '*')
    return [
      {
        message: `Option ${option} has '*'${option === 'vary' ? ', which no two requests have in common (RFC 9110 §12.5.5)' : ''}.`,
        remedy:
          option === 'vary'
            ? 'Name the headers on which the answer depends; an answer that depends on more is not to be kept.'
            : 'Omit headers, which keeps all.',
      },
    ]
  if (FIELD_NAME.test(name.toLowerCase())) return []
  return [
    {
      message: `Option ${option} has ${JSON.stringify(name)}, which is not the name of a header.`,
      remedy: "Write it as it stands in a message: 'accept-language'.",
    },
  ]
}

function keptProblems(given: string): Words[] {
  const name = given.toLowerCase()
  if (name === 'set-cookie')
    return [
      {
        message:
          "Option headers has 'set-cookie', which belongs to one caller: an answer that sets a cookie is not kept.",
        remedy: 'Omit it, and set cookies on another route.',
      },
    ]
  if (isKeptHeader(name)) return []
  return [
    {
      message: `Option headers has '${name}', which is about one request or connection, and is not kept.`,
      remedy: 'Omit it.',
    },
  ]
}

function errorProblems(status: number): Words[] {
  if (!OF_ONE_REQUEST.has(status)) return []
  return [
    {
      message: `Option errors has ${status}, which is about one request or one caller.`,
      remedy: 'Keep errors about what was asked for: 404, 410.',
    },
  ]
}
