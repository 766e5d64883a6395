// On the request path: each request of a route with cached() makes its key.
import { PRINCIPAL, TENANT, type BaseContext, type Principal, type RouteFacts } from '@keelson/core'
import { isPlain } from '@keelson/core/options'
import { toPartText } from '../entry/index.ts'
import type { KeyPart } from '../contract/index.ts'
import { acceptedOrder } from './accepted-order.ts'
import type { CachedContext, CachedOptions } from './contract.ts'

/** The context as it is at run time, with the validated input. */
export interface InputContext extends BaseContext {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly cookies: unknown
  readonly body: unknown
}

/** One part of a key; undefined where the request passes the cache by. */
type Part = (ctx: InputContext) => string | undefined

/** What a key is made of. */
export interface AnswerKey {
  /** @returns undefined for a request that passes the cache by */
  readonly of: (ctx: InputContext) => string | undefined
  /** The names of its parts, for people. */
  readonly names: readonly string[]
  /** Request headers that are in it, lower case. */
  readonly keyed: ReadonlySet<string>
}

/** 96 bits: enough that no two contracts of a route meet. */
const HASH_LENGTH = 16

/**
 * Compiles the key of a route. Each part is JSON or has no space, and so tells where the next one begins.
 *
 * @param place - of the route, for messages
 */
export function answerKey(facts: RouteFacts, options: CachedOptions<never>, place: string): AnswerKey {
  const named = [
    ...callerParts(options, place),
    ...inputParts(facts, place),
    ...negotiationParts(facts, options),
    ...ownParts(facts, options, place),
  ]
  const parts = named.map(([, part]) => part)
  const contract = facts.contractHash.slice(0, HASH_LENGTH)
  return {
    of: (ctx) => {
      let text = contract
      for (let i = 0; i < parts.length; i++) {
        const part = (parts[i] as Part)(ctx)
        if (part === undefined) return undefined
        text += part
      }
      return text
    },
    names: ['route', 'response schemas', ...named.map(([name]) => name).filter((name) => name !== '')],
    keyed: new Set([...(options.vary ?? []), ...(isNegotiated(facts) ? ['accept'] : [])]),
  }
}

type Named = readonly [name: string, part: Part]

const BODY: CachedOptions['key'] = 'body'

/** Whether the validated body is in the key. */
export function hasBody({ method, inputs }: RouteFacts, { key }: CachedOptions<never>): boolean {
  return key === BODY || (key === undefined && method === 'QUERY' && inputs.includes('body'))
}

/** Whether the answer may depend on what the client accepts: where several media types are declared, or none. */
function isNegotiated({ mediaTypes }: RouteFacts): boolean {
  return mediaTypes.length !== 1
}

function callerParts({ by = 'nobody' }: CachedOptions<never>, place: string): Named[] {
  // RFC 9111 §2: the key has the whole target URI. What says scheme and host may be anybody's word.
  const target: Named = ['host', targetPart()]
  const tenant: Named = ['tenant', ({ frame }) => quoted(frame.get(TENANT))]
  if (by === 'nobody') return [target, tenant]
  if (by === 'user') return [target, tenant, ['user', ({ frame }) => principalText(frame.get(PRINCIPAL))]]
  return [target, tenant, ['by', given(by, `${place}, by`)]]
}

/** Scheme and host; most requests have those of the one before. */
function targetPart(): Part {
  let [lastScheme, lastHost, text] = ['', '', '']
  return ({ scheme, host }) => {
    if (scheme === lastScheme && host === lastHost) return text
    ;[lastScheme, lastHost, text] = [scheme, host, ` ${scheme} ${host.toLowerCase()}`]
    return text
  }
}

function quoted(text: string | undefined): string {
  return text === undefined ? ' -' : ` ${JSON.stringify(text)}`
}

/** Who has other scopes may see something else. */
function principalText(principal: Principal | undefined): string {
  if (principal === undefined) return ' -'
  const { kind, id, scopes } = principal
  const who = ` ${kind} ${JSON.stringify(id)}`
  return scopes === undefined ? who : `${who}${JSON.stringify([...scopes].sort())}`
}

function inputParts({ pattern = '', inputs }: RouteFacts, place: string): Named[] {
  const params: Named = ['params', (ctx) => textOf(ctx.params, place) ?? rawTarget(ctx)]
  const query: Named = inputs.includes('query')
    ? ['query', (ctx) => textOf(ctx.query, place) ?? rawTarget(ctx)]
    : ['query', (ctx) => (ctx.url.includes('?') ? (undeclaredText(ctx, place) ?? rawTarget(ctx)) : ' -')]
  return [
    ...(/[:*{]/.test(pattern) ? [params] : []),
    query,
    ...(['headers', 'cookies'] as const).flatMap((source): Named[] =>
      inputs.includes(source) ? [[source, (ctx) => partText(ctx[source], `${place}, ${source}`)]] : [],
    ),
  ]
}

/** The query of a route that declares none: one that has too many pairs to be read does not make an error of its request. */
function undeclaredText(ctx: InputContext, place: string): string | undefined {
  try {
    return textOf(ctx.query, place)
  } catch {
    return undefined
  }
}

/** The text of validated input; undefined where a schema made something of it that is not plain data. */
function textOf(input: unknown, place: string): string | undefined {
  try {
    return flatText(input) ?? partText(input, place)
  } catch {
    return undefined
  }
}

/**
 * The same of an object whose members are texts, numbers and booleans, which is what most params and queries are: a third of the time. It
 * begins as no other text does.
 */
function flatText(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !isPlain(input)) return undefined
  const names = Object.keys(input)
  if (names.length > 1) names.sort()
  let text = ' {'
  for (const name of names) {
    const value = (input as Record<string, unknown>)[name]
    if (value === undefined) continue
    // What is not a finite number is refused where all the rest is.
    if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isFinite(value)) return undefined
    text += `${JSON.stringify(name)}:${JSON.stringify(value)},`
  }
  return text
}

/** What the validated input was made of tells requests apart as well, though not in canonical form. */
function rawTarget({ url }: InputContext): string {
  return ` raw ${JSON.stringify(url)}`
}

function negotiationParts(facts: RouteFacts, { vary = [] }: CachedOptions<never>): Named[] {
  const named = vary.map((name): Named => [name, ({ header }) => quoted(header(name))])
  if (!isNegotiated(facts)) return named
  const order = acceptedOrder(facts.mediaTypes)
  return [...named, ['accept', ({ header }) => ` ${order(header('accept'))}`]]
}

function ownParts(facts: RouteFacts, options: CachedOptions<never>, place: string): Named[] {
  const { key } = options
  if (hasBody(facts, options))
    return [['body', ({ body }) => (body === undefined ? ' -' : partText(body, `${place}, key: 'body'`))]]
  return typeof key === 'function' ? [['key', given(key, `${place}, key`)]] : []
}

function given(part: (ctx: CachedContext<never>) => KeyPart | undefined, place: string): Part {
  return (ctx) => {
    const value = part(ctx as unknown as CachedContext<never>)
    return value === undefined ? undefined : ` =${toPartText(value, { place, isInput: false })}`
  }
}

/** @throws {ArgumentError} for what is not plain data */
function partText(input: unknown, place: string): string {
  return ` =${toPartText(input, { place, isInput: true })}`
}
