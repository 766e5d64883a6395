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
import type { CachedOptions, InvalidatesOptions } from './contract.ts'

const TOKEN = "^[!#$%&'*+\\-.^_`|~0-9a-z]+$"

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
  vary: listOf(text('A request header.', { pattern: TOKEN }), 'Request headers on which the answer depends.'),
  headers: listOf(text('A header.', { pattern: TOKEN }), 'Headers of the answer that are kept.'),
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
  const { tags, errors = [] } = options
  const problem = typeof tags === 'function' || tags === undefined ? undefined : tagProblem(tags)
  refuseCall([...(problem === undefined ? [] : [problem]), ...errors.flatMap(errorProblems)], place)
}

function errorProblems(status: number): Pick<SetupProblem, 'message' | 'remedy'>[] {
  if (!OF_ONE_REQUEST.has(status)) return []
  return [
    {
      message: `Option errors has ${status}, which is about one request or one caller.`,
      remedy: 'Keep errors about what was asked for: 404, 410.',
    },
  ]
}
