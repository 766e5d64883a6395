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
import { SERIALIZER, TTL, type CacheSettings } from './options.ts'

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
  refuseCall(problem === undefined ? [] : [problem], place)
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

/** What tells one namespace from another of its name. Of functions the text is compared: code that runs twice makes them anew. */
export function settingsClash(one: NamespaceSettings, other: NamespaceSettings): CallProblem | undefined {
  const names = Object.keys(one) as (keyof NamespaceSettings)[]
  const different = names.filter((name) => !isSame(one[name], other[name]))
  if (different.length === 0) return undefined
  return {
    code: 'ERR_CACHE_NAMESPACE',
    message: `There is a namespace of this name already, with another ${different.join(', ')}.`,
    remedy: 'Make it in one place and import it, or give it another name.',
  }
}

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one === 'function' && typeof other === 'function') return String(one) === String(other)
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  // A schema of another library has functions that JSON does not show.
  if ('~standard' in one || 'serialize' in one) return false
  return JSON.stringify(one) === JSON.stringify(other)
}
