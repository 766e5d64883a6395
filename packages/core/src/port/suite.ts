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

/** A suite, as its public function declares it. */
export interface Suite<TSubject> {
  /** Name of the function. */
  readonly name: string
  readonly below: (...args: never[]) => unknown
  /** What `make` returns. */
  readonly subject: OptionTable<TSubject>
  readonly cases: SuiteCases<TSubject>
}

const TOOLS = ofKind(
  withMethods('what a test runner has, { describe, it, expect }', ['describe', 'it', 'expect']),
  'Tools of the runner.',
)
const SUITE_OPTIONS = optionTable<SuiteOptions<unknown>>({
  name: required(textOption('Name of the implementation.', { minLength: 1 })),
  make: required(callable('Makes a fresh subject.')),
  skip: recordOf(textOption('Why the case is skipped.'), 'Cases to skip.'),
})

/** Declares the cases of a suite with the runner's tools. @throws {SetupError} for invalid tools and options */
export function declareSuite<TSubject extends Disposable>(
  tools: SuiteTools,
  options: SuiteOptions<TSubject>,
  suite: Suite<TSubject>,
): void {
  const { cases, name, below } = suite
  checkArgument(TOOLS, tools, { name, below, argument: 'The first argument' })
  checkOptions(SUITE_OPTIONS, options, { name, below })
  const skip = options.skip ?? {}
  for (const [name, reason] of Object.entries(skip)) {
    if (!Object.hasOwn(cases, name)) throw new PortArgumentError(`The suite has no case "${name}" to skip.`)
    if (reason.trim() === '') throw new PortArgumentError(`Give a reason for skipping "${name}".`)
  }
  if (Object.keys(skip).length > 0 && tools.it.skip === undefined)
    throw new PortArgumentError(
      'The runner has no it.skip, so that what is skipped would not be told. Give one.',
    )
  tools.describe(options.name, () => {
    for (const [name, run] of Object.entries(cases)) {
      if (Object.hasOwn(skip, name)) tools.it.skip?.(`${name} (${skip[name]})`, async () => {})
      else tools.it(name, () => runCase(run, options, { suite, expect: tools.expect }))
    }
  })
}

async function runCase<TSubject extends Disposable>(
  run: SuiteCase<TSubject>,
  options: SuiteOptions<TSubject>,
  { suite, expect }: { readonly suite: Suite<TSubject>; readonly expect: SuiteTools['expect'] },
): Promise<void> {
  const subject = await options.make()
  checkOptions(suite.subject, subject, { name: `${suite.name}, what make returns` })
  try {
    await run(subject, expect)
  } finally {
    await subject.dispose?.()
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
