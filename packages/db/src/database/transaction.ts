// On the request path: the middleware that makes a route one transaction.
import {
  DATABASE,
  middleware,
  type Middleware,
  type Next,
  type Outcome,
  type Token,
  type TransactionalDatabase,
  type WireError,
} from '@keelson/core'
import { checkOptions, flag, oneOf, optionTable } from '@keelson/core/options'
import { TransactionConflictError, TransactionError } from '../errors.ts'
import type { TransactionOptions } from '../session/index.ts'

/** Options of {@link transaction}. */
export interface RouteTransactionOptions extends Pick<TransactionOptions, 'isolation' | 'readOnly'> {
  /**
   * The stage that it begins with: `handle` (default), or `authorize`, so that the access rule, the record that it loads, and the
   * write are one. Its first statement then waits for the body of the request, so that nobody holds a lock at the pace of a client.
   */
  readonly from?: 'authorize' | 'handle' | undefined
}

const OPTIONS = optionTable<RouteTransactionOptions>({
  from: oneOf(['authorize', 'handle'], 'The stage that it begins with.', { default: 'handle' }),
  isolation: oneOf(['read committed', 'repeatable read', 'serializable'], 'What it sees of others.'),
  readOnly: flag('Whether it only reads.', { default: false }),
})

/** Adds nothing to the context, and to the errors of the route a conflict. */
type Transactional = Middleware<{}, {}, WireError<'ERR_DB_CONFLICT'>>

/** An outcome that is answered, and not committed. */
class RolledBack extends Error {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super('rolled back')
    this.outcome = outcome
  }
}

/**
 * Runs a route in one transaction. It commits when the outcome is below 400, after the answer was found valid; otherwise it rolls back,
 * also when the deadline has passed or the client is gone. It takes a connection with its first statement. The handler runs once: a
 * conflict is a 503, which the route declares and the client may try again. The database is the only one of the app, or that of the
 * token which is given first: `transaction(DB)`.
 *
 * @throws {SetupError} at start, where an app has no database, or several and none is named
 * @throws {TransactionError} `ERR_DB_TRANSACTION`, 500, where the answer is a stream, which would be read after the commit
 * @example
 * const create = route.post('/notes', { access: 'public', use: [transaction()] }, () => 'done')
 */
export function transaction(options?: RouteTransactionOptions): Transactional
export function transaction(
  database: Token<TransactionalDatabase>,
  options?: RouteTransactionOptions,
): Transactional
export function transaction(
  first?: Token<TransactionalDatabase> | RouteTransactionOptions,
  second?: RouteTransactionOptions,
): Transactional {
  const [database, options = {}] = typeof first === 'symbol' ? [first, second] : [DATABASE, first]
  checkOptions(OPTIONS, options, { name: 'transaction', below: transaction })
  const { from = 'handle', ...settings } = options
  return middleware({
    name: 'transaction',
    stage: from,
    isFirst: from === 'authorize',
    inject: { database },
    transaction: 'opens',
    for: ({ name = 'a route', kind, bodies, consumes, mediaTypes }) => {
      const isEarly = from === 'authorize'
      if (mediaTypes.includes('text/event-stream')) return { problems: [ANSWERS_EVENTS] }
      if (isEarly && consumes.length > 0) return { problems: [READS_BODY] }
      // What a retry would do again is not known here: the handler runs once.
      const given: TransactionOptions = { name, ...settings, retries: 0 }
      // Calls of other kinds have a value as body, and later stages have received it.
      const isArriving = isEarly && kind === 'http' && bodies.length > 0
      return {
        wrap: ({ rawBody }, next, { database: within }) =>
          runWithin(within, next, isArriving ? { ...given, waitsFor: rawBody } : given),
        describe: { errors: ERRORS, explain: isArriving ? `${BEGINS}, when the body has come` : BEGINS },
      }
    },
    describe: { errors: ERRORS },
  })
}

const ERRORS = [TransactionConflictError]
const BEGINS = 'begins with the first statement'

const ANSWERS_EVENTS = {
  message: 'The route answers with a stream of events, which would be read after the commit.',
  remedy: 'Omit transaction(), and open db.transaction() within the stream.',
}

const READS_BODY = {
  message:
    'The handler reads the body itself, and what the access rule has locked would stay locked for as long as the client sends it.',
  remedy: "Omit from: 'authorize', and read the body before the first statement.",
}

async function runWithin(
  database: TransactionalDatabase,
  next: Next,
  options: TransactionOptions,
): Promise<Outcome> {
  try {
    return await database.transaction(async () => checked(await next()), options)
  } catch (error) {
    if (error instanceof RolledBack) return error.outcome
    throw error
  }
}

/** @throws {RolledBack} for an outcome of 400 and more; {@link TransactionError} for a stream */
function checked(outcome: Outcome): Outcome {
  if (outcome.status >= 400) throw new RolledBack(outcome)
  if (isStream(outcome.value))
    throw new TransactionError({
      message:
        'The answer of a route with transaction() is a stream: it would be read after the commit. Return a value, or omit transaction() and open db.transaction() within the stream.',
    })
  return outcome
}

/** Whether a value is read after it was returned. Streams of Node iterate, too. */
function isStream(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.asyncIterator in value || (value instanceof Response && value.body !== null)
}
