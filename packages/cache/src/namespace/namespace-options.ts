import type { SchemaLike } from '@keelson/core'
import {
  anything,
  callable,
  checkOptions,
  either,
  integer,
  listOf,
  milliseconds,
  oneOf,
  optionTable,
  refuseCall,
  required,
  text,
  withDefaults,
  type CallProblem,
  type OptionPlace,
} from '@keelson/core/options'
import { MAX_TTL_MS } from '@keelson/core/ports'
import type { NamespaceOptions, Serializer } from '../contract/index.ts'
import { tagProblem } from '../tags/index.ts'
import { SERIALIZER, tooLarge, TTL, type CacheSettings } from './options.ts'

const NAMESPACE_OPTIONS = optionTable<NamespaceOptions>({
  schema: anything('What the values are.'),
  ttlMs: required(
    either(integer('How long a value is fresh, ms.', TTL), callable('How long this value is fresh, ms.')),
  ),
  graceMs: integer('How long a value that is not fresh may be served, ms.', {
    maximum: MAX_TTL_MS,
    default: 0,
  }),
  softTimeoutMs: milliseconds('How long a caller waits where there is a stale value.', { default: 0 }),
  hardTimeoutMs: milliseconds('How long a factory may take.', { minimum: 1, default: 30_000 }),
  negativeTtlMs: integer('How long undefined and null are kept, ms.', { maximum: MAX_TTL_MS, default: 0 }),
  backOffMs: milliseconds('How long a factory that failed is not asked again.', { default: 1_000 }),
  jitter: {
    type: 'number',
    minimum: 0,
    maximum: 0.9,
    default: 0.1,
    description: 'By which part ttlMs is shortened at most.',
  },
  tags: either(listOf(text('A tag.'), 'Tags of each value.'), callable('Tags of a value.')),
  reads: oneOf(['frozen', 'copied'], 'What readers get. Default: copied with a serializer, else frozen.'),
  maxEntryBytes: integer('Largest value that is stored.', { minimum: 1 }),
  memoryTtlMs: milliseconds('How long a value of the shared store is kept in the process.'),
  serializer: SERIALIZER,
})

/** Options of a namespace, with what is by default. */
export interface NamespaceSettings {
  readonly schema: SchemaLike | undefined
  readonly ttlMs: number | ((value: unknown) => number)
  readonly graceMs: number
  readonly softTimeoutMs: number
  readonly hardTimeoutMs: number
  readonly negativeTtlMs: number
  readonly backOffMs: number
  readonly jitter: number
  readonly tags: readonly string[] | ((value: unknown) => readonly string[])
  readonly reads: 'frozen' | 'copied'
  readonly maxEntryBytes: number
  readonly memoryTtlMs: number
  readonly serializer: Serializer | undefined
}

/** @throws {SetupError} `ERR_CORE_OPTION` */
export function readNamespaceOptions(
  options: NamespaceOptions<never>,
  cache: CacheSettings,
  place: OptionPlace,
): NamespaceSettings {
  checkOptions(NAMESPACE_OPTIONS, options, place)
  const given = options as NamespaceOptions
  const { tags = [] } = given
  const problem = typeof tags === 'function' ? undefined : tagProblem(tags)
  refuseCall([...(problem === undefined ? [] : [problem]), ...idleProblems(given, cache)], place)
  const serializer = given.serializer ?? cache.serializer
  return withDefaults<NamespaceSettings>(NAMESPACE_OPTIONS, {
    ...given,
    tags,
    serializer,
    // Nothing freezes a Date, a Map or bytes, for which a serializer is.
    reads: given.reads ?? (serializer === undefined ? 'frozen' : 'copied'),
    maxEntryBytes: given.maxEntryBytes ?? cache.maxEntryBytes,
    memoryTtlMs: given.memoryTtlMs ?? cache.memoryTtlMs,
  })
}

/** Of options that do nothing beside the others. */
function idleProblems(
  { graceMs, softTimeoutMs = 0, backOffMs = 0, maxEntryBytes = 0 }: NamespaceOptions,
  { maxBytes }: CacheSettings,
): CallProblem[] {
  // A value may have a grace of its own: then the namespace says 0.
  const idle = graceMs === undefined ? Object.entries({ softTimeoutMs, backOffMs }) : []
  return [
    ...idle.filter(([, ms]) => ms > 0).map(([name]) => withoutGrace(name)),
    ...(maxEntryBytes > maxBytes ? [tooLarge(maxEntryBytes, maxBytes)] : []),
  ]
}

function withoutGrace(name: string): CallProblem {
  return {
    message: `Option ${name} is about values that are not fresh any more, and without graceMs none is served.`,
    remedy: `Say graceMs, how long they may be served, or omit ${name}.`,
  }
}

/** The options in which two namespaces of one name differ. */
export interface SettingsClash {
  readonly names: readonly string[]
  readonly remedy: string
}

/** What tells one namespace from another of its name. Functions of one text may have seen other variables: the same one is to be given. */
export function settingsClash(one: NamespaceSettings, other: NamespaceSettings): SettingsClash | undefined {
  const names = Object.keys(one) as (keyof NamespaceSettings)[]
  const different = names.filter((name) => !isSame(one[name], other[name]))
  if (different.length === 0) return undefined
  const isByFunction = different.some(
    (name) => typeof one[name] === 'function' && typeof other[name] === 'function',
  )
  return {
    names: different,
    remedy: isByFunction
      ? 'Make it once and keep it: a function that is written in place is another one at each call. Or give it another name.'
      : 'Make it in one place and import it, or give it another name.',
  }
}

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  // A schema of another library has functions that JSON does not show.
  if ('~standard' in one || 'serialize' in one) return false
  return JSON.stringify(one) === JSON.stringify(other)
}
