import { createHash } from 'node:crypto'
import {
  LOGGER,
  middleware,
  needs as needing,
  type Logger,
  type Middleware,
  type RouteFacts,
} from '@keelson/core'
import { CACHE, noteRouteTags } from '../cache-plugin/index.ts'
import type { Cache, Namespace, NamespaceOptions } from '../contract/index.ts'
import { namespaceAt } from '../namespace/index.ts'
import { AnswerCache } from './answer-cache.ts'
import { answerKey, type InputContext } from './answer-key.ts'
import type { CachedOptions } from './contract.ts'
import { withKnownParams } from './known-params.ts'
import { assertTags, quotedTags } from '../tags/index.ts'
import { ANSWERS, type KeptAnswer } from './kept-answer.ts'
import type { AnswerRules } from './keep-outcome.ts'
import { checkCachedOptions, readCachedOptions } from './options.ts'
import { routeProblems } from './route-problems.ts'
import { whoPasses } from './who-passes.ts'

/**
 * Keeps the answers of a route in the cache of the app, for `use` of routes that read. Access and input are checked before each answer that is
 * given; middleware of stage `handle` after it, and the handler, do not run for one that is kept. Those who ask for the same at the same time
 * wait for one run of the handler, which belongs to none of them.
 *
 * The key: route, response contract, scheme and host, tenant, whom `by` names, validated params, query, declared headers and cookies in
 * canonical form, what the client accepts where that makes a difference, and `key`. Kept are answers below 400, as bytes; not those that set a
 * cookie, are a stream, say `no-store`, or vary by what is not in the key: then requests of the key pass the cache by, and the log says why. So do
 * requests with `authorization` or `cookie`, where the route does not say whose its answers are and these are not in the key.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`; at start for a route whose answers cannot be kept, or that does not say whose they are
 * @see RFC 9111 §2
 * @example
 * const list = route.get('/orders', { access: 'public', use: [cached({ ttlMs: 30_000, tags: ['orders'] })] }, () => [])
 */
export function cached<TNeeds extends object = {}>(options: CachedOptions<TNeeds>): Middleware<{}, TNeeds> {
  checkCachedOptions(options as unknown as CachedOptions<never>, cached)
  const given = readCachedOptions(options as unknown as CachedOptions<never>)
  const made = middleware({
    name: 'cached',
    stage: 'handle',
    isSingle: true,
    kinds: ['http'],
    inject: { cache: CACHE, log: LOGGER },
    // What an open transaction sees is not what others may see.
    transaction: 'outside',
    needs: options.needs ?? needing<TNeeds>(),
    for: (route) => {
      if (route.name === undefined || route.isProbe) return null
      const problems = routeProblems(route, given)
      if (problems.length > 0) return { problems }
      const key = answerKey(route, given, `cached of ${route.name}`)
      const whyPassed = whoPasses(route, given, key.keyed)
      const open = (cache: Cache): Namespace<KeptAnswer> => namespaceOf(cache, route, given, made.source)
      noteRouteTags(route, {
        carries: typeof given.tags === 'function' ? 'any' : (given.tags ?? []),
        open,
      })
      const told = new Set<string>()
      let answers: AnswerCache | undefined
      return {
        wrap: (ctx, next, { cache, log }) => {
          const input = ctx as unknown as InputContext
          const why = whyPassed?.(input)
          if (why !== undefined) {
            tellOnce(told, log, { route, what: 'Some requests pass the cache by', why })
            return next()
          }
          const text = key.of(input)
          if (text === undefined) return next()
          answers ??= answersOf(route, given, { namespace: open(cache), keyed: key.keyed, log, told })
          return answers.answer(input, next, text)
        },
        describe: { explain: explained(given, key.names), headers: headersOf(given) },
      }
    },
    wrap: (_ctx, next) => next(),
  })
  return made
}

interface Place {
  readonly namespace: Namespace<KeptAnswer>
  readonly keyed: ReadonlySet<string>
  readonly log: Logger
  /** What the log has been told of the route. */
  readonly told: Set<string>
}

function tellOnce(
  told: Set<string>,
  log: Logger,
  { route: { name }, what, why }: { readonly route: RouteFacts; readonly what: string; readonly why: string },
): void {
  if (told.has(why)) return
  told.add(why)
  log.warn({ route: name }, `${what}, where the route ${name} says cached(): ${why}.`)
}

function answersOf(
  route: RouteFacts,
  options: CachedOptions<never>,
  { namespace, keyed, log, told }: Place,
): AnswerCache {
  const { ttlMs, tags, vary = [], headers, errors, errorTtlMs = ttlMs, by } = options
  const isOwn = typeof tags === 'function'
  const onNotKept = (why: string): void => tellOnce(told, log, { route, what: 'An answer is not kept', why })
  const rules: AnswerRules = {
    ttlMs,
    keyed,
    isForOne: by === 'user',
    vary,
    headers: headers && new Set(headers),
    errors: new Set(errors),
    errorTtlMs,
    onNotKept,
  }
  const place = `cached of ${route.name}`
  const tagsOf = isOwn
    ? (ctx: InputContext) => {
        const given: unknown = tags(withKnownParams(ctx, place) as never)
        assertTags(given, place)
        return given
      }
    : undefined
  return new AnswerCache(namespace, { rules, tagsOf, label: `cached ${route.name}` })
}

const noTags = (): readonly string[] => []

/** The namespace of a route's answers. @throws {SetupError} `ERR_CACHE_NAMESPACE` where code of the app has made another of its name */
// oxlint-disable-next-line max-params -- what it is of, and where it was written
function namespaceOf(
  cache: Cache,
  route: RouteFacts,
  { ttlMs, graceMs, maxEntryBytes, tags }: CachedOptions<never>,
  source: string | undefined,
): Namespace<KeptAnswer> {
  const options: NamespaceOptions<never> = {
    ttlMs,
    graceMs,
    maxEntryBytes,
    tags: typeof tags === 'function' ? noTags : tags,
    serializer: ANSWERS,
    // They are frozen, and their bytes are known by their identity.
    reads: 'frozen',
  }
  const name = `cached of route ${route.name}${source === undefined ? '' : ` (${source})`}`
  const made = namespaceAt(cache, namespaceName(route.name as string), { options, place: { name } })
  return made as Namespace<unknown> as Namespace<KeptAnswer>
}

/** Its name where that is one of a namespace, else a hash of it. */
function namespaceName(name: string): string {
  const own = `http.${name}`
  if (/^[\w.-]{1,64}$/.test(own)) return own
  return `http.${createHash('sha256').update(name).digest('base64url')}`
}

function headersOf({ vary = [] }: CachedOptions<never>): { readonly [name: string]: string } {
  return vary.length === 0 ? {} : { vary: `Depends on ${vary.map((name) => `\`${name}\``).join(', ')}.` }
}

function explained(
  { ttlMs, graceMs = 0, tags = [], by }: CachedOptions<never>,
  names: readonly string[],
): string {
  const grace = graceMs === 0 ? '' : `, then ${graceMs} ms more while a new one is made`
  const whose =
    by === 'user'
      ? 'one for each user'
      : typeof by === 'function'
        ? 'one for each of by'
        : 'shared by all callers'
  const tagged = typeof tags === 'function' ? 'tags told by each request' : taggedBy(tags)
  return `kept for ${ttlMs} ms${grace}; ${whose}; key: ${names.join(', ')}; ${tagged}`
}

function taggedBy(tags: readonly string[]): string {
  return tags.length === 0 ? 'no tag, so that only its time ends it' : quotedTags(tags)
}
