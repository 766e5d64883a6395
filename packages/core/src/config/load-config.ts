import {
  checkOptions,
  either,
  listOf,
  ofKind,
  oneOf,
  optionTable,
  resolveMode,
  SetupError,
  text,
  ValidationError,
  type AppMode,
  type SetupProblem,
  ignore,
  isPromise,
} from '../errors/index.ts'
import type { SchemaLike, FieldSchemas, ShapedOutput } from '../schema/index.ts'
import { compileConfig, type CompiledConfig, type ConfigField } from './config-field.ts'
import { explainViolations } from './config-problem.ts'
import { recordConfig } from './config-watch.ts'
import { noteDevelopmentValues } from './development-values.ts'
import { readSources, readText, type ConfigSourceOptions, type SourcedText } from './config-source.ts'
import { Secret } from './secret.ts'

/** Options of {@link loadConfig}. */
export interface LoadConfigOptions extends ConfigSourceOptions {
  /** Prefix of the names of the variables: `SHOP_` reads `SHOP_PORT` into `PORT`. */
  readonly prefix?: string | undefined
  /** Whether values for development are there; say it where `createApp({ mode })` does. Default: by `NODE_ENV`, else `development`. */
  readonly mode?: AppMode | undefined
}

/**
 * Reads the configuration that a schema declares from the environment and from `.env`: text becomes the declared type by
 * the rules for queries, lists are written with commas, defaults are filled in. The environment wins over files.
 * Call it once, before `createApp`; it is synchronous, and its result is frozen.
 *
 * @param schema - a plain object of schemas, `t.Object({…})`, or a Standard Schema
 * @throws {SetupError} with all problems at once: `ERR_CORE_CONFIG_MISSING`, `ERR_CORE_CONFIG_VALUE`,
 *   `ERR_CORE_CONFIG_FILE`, `ERR_CORE_CONFIG_SYNTAX`, `ERR_CORE_CONFIG_SCHEMA`. No message holds a value.
 * @example
 * const config = loadConfig({
 *   PORT: t.Integer({ default: 3000 }),
 *   ORIGINS: t.Array(t.String(), { default: [] }),
 *   DB_PASSWORD: secret(),
 * })
 */
export function loadConfig<const TSchema extends SchemaLike | FieldSchemas>(
  schema: TSchema,
  options: LoadConfigOptions = {},
): Readonly<ShapedOutput<TSchema>> {
  checkOptions(LOAD_CONFIG_OPTIONS, options, { name: 'loadConfig', below: loadConfig as never })
  const compiled = compileConfig(schema)
  const { texts, problems } = readSources(options)
  const { prefix = '' } = options
  const mode = resolveMode(options.mode)
  const input = collectInput(compiled, { texts, prefix, mode, problems: [...problems] })
  // Without one of its files every variable may seem to be missing, which would hide the one reason.
  const value = parse(compiled, input, { hasAllFiles: problems.length === 0 })
  const config = freeze(wrapSecrets(value, compiled.fields)) as Readonly<ShapedOutput<TSchema>>
  recordConfig(config, compiled.fields, prefix)
  const developed = [...input.sources].filter(([, { source }]) => source === DEVELOPED)
  if (mode === 'development') noteDevelopmentValues(developed.map(([key]) => prefix + key))
  return config
}

/** Options of {@link loadConfig}. */
const LOAD_CONFIG_OPTIONS = optionTable<LoadConfigOptions>({
  // process.env is an exotic object, and holds far more than is read.
  env: ofKind(
    {
      what: 'an object of texts',
      test: (value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) && !isPromise(value),
    },
    'The environment; wins over all files. Default: process.env.',
  ),
  files: either(text('.env files.', { minLength: 1 }), listOf(text('.env files.', { minLength: 1 }))),
  prefix: text('Prefix of the names of the variables.', { default: '' }),
  mode: oneOf(['development', 'test', 'production'], 'Whether values for development are there.'),
})

/** The texts that variables are read from. */
interface ConfigInput {
  readonly texts: ReadonlyMap<string, SourcedText>
  readonly prefix: string
  readonly mode: AppMode
  readonly problems: SetupProblem[]
}

interface CollectedInput extends ConfigInput {
  readonly raw: Record<string, string | string[]>
  /** Text and source by key. */
  readonly sources: ReadonlyMap<string, SourcedText>
  /** Names of variables that are set but cannot be read: they are not missing. */
  readonly broken: ReadonlySet<string>
}

function collectInput({ fields }: CompiledConfig, input: ConfigInput): CollectedInput {
  const { prefix, texts } = input
  const raw: Record<string, string | string[]> = {}
  const sources = new Map<string, SourcedText>()
  const broken = new Set<string>()
  const names = fields?.map((field) => field.key) ?? keysWith(prefix, texts)
  for (const key of names) {
    const field = fields?.find((one) => one.key === key)
    const before = input.problems.length
    const found = textOf(prefix + key, field, input)
    if (input.problems.length > before) broken.add(prefix + key)
    if (found === undefined) continue
    sources.set(key, found)
    raw[key] = field?.isList === true ? splitList(found.text) : found.text
  }
  return { ...input, raw, sources, broken }
}

/** All variables that are set: for a schema that does not name its own. */
function keysWith(prefix: string, texts: ReadonlyMap<string, SourcedText>): string[] {
  const names = [...texts.keys()].filter((name) => name.startsWith(prefix) && name !== prefix)
  return names.map((name) => name.slice(prefix.length)).filter((key) => key !== '__proto__')
}

const DEVELOPED = 'value for development'

/** What is set; else what everybody can read in the code, which does not count in production. */
function textOf(name: string, field: ConfigField | undefined, input: ConfigInput): SourcedText | undefined {
  const set = field?.isSecret === true ? secretText(name, input) : input.texts.get(name)
  if (set !== undefined || field?.development === undefined || input.mode === 'production') return set
  return { text: field.development, source: DEVELOPED }
}

/** A secret may be in a file of its own, as orchestrators mount them: `DB_PASSWORD_FILE=/run/secrets/db`. */
function secretText(name: string, { texts, problems }: ConfigInput): SourcedText | undefined {
  const direct = texts.get(name)
  const pointer = texts.get(`${name}_FILE`)
  if (pointer === undefined) return direct
  if (direct !== undefined) {
    problems.push({
      code: 'ERR_CORE_CONFIG_VALUE',
      place: `${name} (${direct.source})`,
      message: `${name}_FILE is set too (${pointer.source}).`,
      remedy: 'Remove one of them.',
    })
    return undefined
  }
  const text = readText(pointer.text, { isOptional: false }, problems)
  // Editors and `echo` add a line end that is not part of the secret.
  return text === undefined ? undefined : { text: text.replace(/\r?\n$/, ''), source: `file of ${name}_FILE` }
}

function splitList(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim())
}

function parse(
  { parser, fields }: CompiledConfig,
  { raw, sources, prefix, problems, broken }: CollectedInput,
  { hasAllFiles }: { readonly hasAllFiles: boolean },
): unknown {
  try {
    const value = parser.parse(raw)
    if (!isPromise(value)) {
      if (problems.length === 0) return value
    } else {
      value.then(undefined, ignore)
      problems.push({
        code: 'ERR_CORE_CONFIG_SCHEMA',
        place: 'loadConfig',
        message: 'The schema validates asynchronously, but loadConfig is synchronous.',
        remedy: 'Move its asynchronous checks to the start of the application.',
      })
    }
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    const found = explainViolations(error.violations, { fields, sources, prefix })
    const isRelevant = ({ code, place }: SetupProblem): boolean =>
      code !== 'ERR_CORE_CONFIG_MISSING' || (hasAllFiles && !broken.has(place))
    problems.push(...found.filter(isRelevant))
  }
  throw new SetupError(problems)
}

function wrapSecrets(value: unknown, fields: readonly ConfigField[] | undefined): unknown {
  const result = value as Record<string, unknown>
  for (const { key, isSecret } of fields ?? []) {
    const member = result[key]
    if (isSecret && member !== undefined && !Secret.is(member)) result[key] = new Secret(member)
  }
  return value
}

/** Freezes what the schema made: plain objects and lists, at any depth, but not instances such as dates and URLs. */
function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}
