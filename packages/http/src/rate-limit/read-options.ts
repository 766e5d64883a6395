import {
  checkOptions,
  refuseCall,
  withDefaults,
  type OptionPlace,
  type WithDefaults,
} from '@keelson/core/options'
import { callerOf, type CallerOf } from './caller.ts'
import { RATE_LIMIT_OPTIONS, readQuota, type Quota, type QuotaBy, type RateLimitOptions } from './options.ts'

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

type ReadOptions = WithDefaults<RateLimitOptions, 'onStoreFailure' | 'headers'>

/** What keys of a quota begin with. Limit and window are in it, since others count in other parts. */
export function prefixOf(name: string, limit: number, windowMs: number): string {
  return `${name}:${limit}:${windowMs}:`
}

/** @throws {SetupError} `ERR_CORE_OPTION` */
export function readOptions(options: RateLimitOptions, place: OptionPlace): ReadyOptions {
  checkOptions(RATE_LIMIT_OPTIONS, options, place)
  const { onStoreFailure, headers } = withDefaults<ReadOptions>(RATE_LIMIT_OPTIONS, options)
  const quotas = quotasOf(options, place).map((one) => ready(one, place))
  const twice = quotas.find(({ name }, at) => quotas.findIndex((one) => one.name === name) !== at)
  if (twice !== undefined)
    refuseCall(
      [{ message: `Two quotas have the name '${twice.name}'.`, remedy: 'Give each a name of its own.' }],
      place,
    )
  return { quotas, isClosed: onStoreFailure === 'closed', hasHeaders: headers }
}

function quotasOf(
  { quotas, name, limit, windowMs, by, ipv6Prefix, stage }: RateLimitOptions,
  place: OptionPlace,
): readonly Quota[] {
  const isOne = [name, limit, windowMs, by, ipv6Prefix, stage].some((value) => value !== undefined)
  if (quotas !== undefined && isOne)
    refuseCall(
      [
        {
          message: 'It has quotas, and options of a single one besides.',
          remedy: 'Put all of them into quotas.',
        },
      ],
      place,
    )
  if (quotas !== undefined) return quotas
  if (limit === undefined || windowMs === undefined)
    return refuseCall(
      [
        {
          message: 'It has no limit.',
          remedy: 'Give limit and windowMs, or quotas: rateLimit({ limit: 100, windowMs: 60_000 }).',
        },
      ],
      place,
    )
  return [{ name, limit, windowMs, by, ipv6Prefix, stage }]
}

function ready(quota: Quota, place: OptionPlace): ReadyQuota {
  const { name, limit, windowMs, by, ipv6Prefix, stage } = readQuota(quota)
  if (windowMs % 1000 !== 0)
    refuseCall(
      [
        {
          message: `The window of quota '${name}' is ${windowMs} ms.`,
          remedy: 'Give whole seconds, which is what ratelimit-policy can say.',
        },
      ],
      place,
    )
  const needsPrincipal = [by].flat().includes('principal')
  if (needsPrincipal && stage === 'receive')
    refuseCall(
      [
        {
          message: `The quota '${name}' is by principal, who is not known in stage 'receive'.`,
          remedy: "Omit stage, or give 'authorize'.",
        },
      ],
      place,
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
