import {
  callable,
  checkArgument,
  checkOptions,
  ofKind,
  optionTable,
  recordOf,
  required,
  text as textOption,
  withMethods,
  type OptionTable,
} from '../errors/index.ts'
import { PortArgumentError } from './port-error.ts'

/** What a suite needs of a test runner; Vitest, Jest and Bun have these names. */
export interface SuiteTools {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: SuiteIt
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): unknown }
}

/** Declares one test; `skip`, where the runner has it, one that is only listed. */
export interface SuiteIt {
  (name: string, body: () => Promise<void>): unknown
  readonly skip?: ((name: string, body: () => Promise<void>) => unknown) | undefined
}

/** Options of every suite. */
export interface SuiteOptions<TSubject> {
  /** Name of the implementation, for the report. */
  readonly name: string
  /** Makes a fresh subject; called for each case. */
  readonly make: () => TSubject | Promise<TSubject>
  /** Cases that the implementation may skip, by name, each with its reason. */
  readonly skip?: Readonly<Record<string, string>> | undefined
}

/** One case of a suite. */
export type SuiteCase<TSubject> = (subject: TSubject, expect: SuiteTools['expect']) => Promise<void>

/** Cases by name. */
export type SuiteCases<TSubject> = Readonly<Record<string, SuiteCase<TSubject>>>

/** A subject that may have to be closed after its case. */
interface Disposable {
  readonly dispose?: (() => void | Promise<void>) | undefined
}

/** What a suite is made of. */
export interface SuiteDefinition<TSubject> {
  /** Name of the suite, for titles and messages: that of the constant. */
  readonly name: string
  /** What `make` returns, which is checked for each case. */
  readonly subject: OptionTable<TSubject>
  readonly cases: SuiteCases<TSubject>
}

/**
 * A suite: declares its cases with the runner's tools.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for invalid tools and options
 * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` for a case to skip that there is not, or without a reason
 */
export type Suite<TSubject> = (tools: SuiteTools, options: SuiteOptions<TSubject>) => void

const TOOLS = ofKind(
  withMethods('what a test runner has, { describe, it, expect }', ['describe', 'it', 'expect']),
  'Tools of the runner.',
)
const SUITE_OPTIONS = optionTable<SuiteOptions<unknown>>({
  name: required(textOption('Name of the implementation.', { minLength: 1 })),
  make: required(callable('Makes a fresh subject.')),
  skip: recordOf(textOption('Why the case is skipped.'), 'Cases to skip.'),
})

/**
 * Makes a suite for a contract with several implementations: each runs it in its own runner, and may skip cases by name, with a reason.
 * For each case a subject is made, checked by its table, and disposed of.
 *
 * @returns the suite, a function of the runner's tools and the options of an implementation
 * @example
 * interface GreeterSubject {
 *   readonly greet: (name: string) => string
 * }
 * export const greeterSuite: Suite<GreeterSubject> = defineSuite<GreeterSubject>({
 *   name: 'greeterSuite',
 *   subject: optionTable<GreeterSubject>({ greet: required(callable('Greets.')) }),
 *   cases: {
 *     'says the name': async ({ greet }, expect) => void expect(greet('Ada').includes('Ada')).toEqual(true),
 *   },
 * })
 */
export function defineSuite<TSubject extends object>({
  name,
  subject,
  cases,
}: SuiteDefinition<TSubject>): Suite<TSubject> {
  const suite: Suite<TSubject> = (tools, options) => {
    checkArgument(TOOLS, tools, { name, below: suite, argument: 'The first argument' })
    checkOptions(SUITE_OPTIONS, options, { name, below: suite })
    const { skip = {} } = options
    checkSkipped(skip, cases, tools)
    const made = { ...options, subject, suite: name }
    tools.describe(`${name}: ${options.name}`, () => {
      for (const [title, run] of Object.entries(cases)) {
        if (Object.hasOwn(skip, title)) tools.it.skip?.(`${title} (${skip[title]})`, async () => {})
        else tools.it(title, () => runCase(run, made, tools.expect))
      }
    })
  }
  return suite
}

function checkSkipped(skip: Readonly<Record<string, string>>, cases: object, { it }: SuiteTools): void {
  for (const [name, reason] of Object.entries(skip)) {
    if (!Object.hasOwn(cases, name)) throw new PortArgumentError(`The suite has no case "${name}" to skip.`)
    if (reason.trim() === '') throw new PortArgumentError(`Give a reason for skipping "${name}".`)
  }
  if (Object.keys(skip).length > 0 && it.skip === undefined)
    throw new PortArgumentError(
      'The runner has no it.skip, so that what is skipped would not be told. Give one.',
    )
}

interface Made<TSubject> extends SuiteOptions<TSubject> {
  readonly subject: OptionTable<TSubject>
  readonly suite: string
}

async function runCase<TSubject extends object>(
  run: SuiteCase<TSubject>,
  { make, subject: table, suite }: Made<TSubject>,
  expect: SuiteTools['expect'],
): Promise<void> {
  const subject = await make()
  checkOptions(table, subject, { name: `${suite}, what make returns` })
  try {
    await run(subject, expect)
  } finally {
    await (subject as Disposable).dispose?.()
  }
}

/** The code with which a promise rejects, or `'no error'`; for errors without a code their name. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    const { code, name } = error as { code?: unknown; name?: unknown }
    return code ?? name
  }
}

/** Bytes of a text, UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Text of bytes, `undefined` for none. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder().decode(value)
}
