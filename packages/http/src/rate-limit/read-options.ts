import { SetupError } from '@keelson/core'
import { checkOptions, type OptionPlace } from '@keelson/core/options'
import { callerOf, type CallerOf } from './caller.ts'
import { RATE_LIMIT_OPTIONS, type Quota, type QuotaBy, type RateLimitOptions } from './options.ts'

/** A quota as requests are counted by it. */
export interface ReadyQuota {
  readonly name: string
  readonly limit: number
  readonly windowMs: number
  readonly stage: 'receive' | 'authorize'
  readonly callerOf: CallerOf
  /** Whether some callers, or all, are told apart by their address. */
  readonly isByAddress: boolean
  /** What keys of the store begin with. */
  readonly prefix: string
  /** For `keelson explain`: `hour: 5000 in 3600 s by ip`. */
  readonly text: string
  /** Its item in `ratelimit-policy`. */
  readonly policy: string
}

/** Options with their defaults. */
export interface ReadyOptions {
  readonly quotas: readonly ReadyQuota[]
  readonly isClosed: boolean
  readonly hasHeaders: boolean
}

/** What keys of a quota begin with. Limit and window are in it, since others count in other parts. */
export function prefixOf(name: string, limit: number, windowMs: number): string {
  return `${name}:${limit}:${windowMs}:`
}

/** @throws {SetupError} `ERR_CORE_OPTION` */
export function readOptions(options: RateLimitOptions, place: OptionPlace): ReadyOptions {
  checkOptions(RATE_LIMIT_OPTIONS, options, place)
  const { onStoreFailure, headers = true } = options
  const quotas = quotasOf(options).map(ready)
  const twice = quotas.find(({ name }, at) => quotas.findIndex((one) => one.name === name) !== at)
  if (twice !== undefined) refuse(`Two quotas have the name '${twice.name}'.`, 'Give each a name of its own.')
  return { quotas, isClosed: onStoreFailure === 'closed', hasHeaders: headers }
}

function quotasOf({
  quotas,
  name,
  limit,
  windowMs,
  by,
  ipv6Prefix,
  stage,
}: RateLimitOptions): readonly Quota[] {
  const isOne = [name, limit, windowMs, by, ipv6Prefix, stage].some((value) => value !== undefined)
  if (quotas !== undefined && isOne)
    refuse('It has quotas, and options of a single one besides.', 'Put all of them into quotas.')
  if (quotas !== undefined) return quotas
  if (limit === undefined || windowMs === undefined)
    return refuse(
      'It has no limit.',
      'Give limit and windowMs, or quotas: rateLimit({ limit: 100, windowMs: 60_000 }).',
    )
  return [{ name, limit, windowMs, by, ipv6Prefix, stage }]
}

function ready({ name = 'default', limit, windowMs, by = 'ip', ipv6Prefix = 64, stage }: Quota): ReadyQuota {
  if (windowMs % 1000 !== 0)
    refuse(
      `The window of quota '${name}' is ${windowMs} ms.`,
      'Give whole seconds, which is what ratelimit-policy can say.',
    )
  const needsPrincipal = [by].flat().includes('principal')
  if (needsPrincipal && stage === 'receive')
    refuse(
      `The quota '${name}' is by principal, who is not known in stage 'receive'.`,
      "Omit stage, or give 'authorize'.",
    )
  return {
    name,
    limit,
    windowMs,
    stage: stage ?? (needsPrincipal ? 'authorize' : 'receive'),
    callerOf: callerOf(by, ipv6Prefix),
    isByAddress: needsPrincipal || [by].flat().includes('ip'),
    prefix: prefixOf(name, limit, windowMs),
    text: `${name}: ${limit} in ${windowMs / 1000} s by ${[by].flat().map(wordFor).join(' and ')}`,
    policy: `"${name}";q=${limit};w=${windowMs / 1000}`,
  }
}

function wordFor(by: QuotaBy): string {
  return typeof by === 'string' ? by : 'a function'
}

function refuse(message: string, remedy: string): never {
  throw new SetupError([{ code: 'ERR_CORE_OPTION', place: 'rateLimit', message, remedy }])
}
