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

/** What a suite needs of a test runner: Vitest, Jest and Bun have it by these names. */
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

/** What every suite takes beside the tools. */
export interface SuiteOptions<TSubject> {
  /** Name of the implementation, for the report. */
  readonly name: string
  /** Makes a fresh subject; called for each case. */
  readonly make: () => TSubject | Promise<TSubject>
  /** Cases that the implementation may leave out, by name, each with its reason. */
  readonly skip?: Readonly<Record<string, string>> | undefined
}

/** One case of a suite. */
export interface SuiteCase<TSubject> {
  readonly name: string
  readonly run: (subject: TSubject, expect: SuiteTools['expect']) => Promise<void>
}

/** A subject that wants to be cleaned up after its case. */
interface Disposable {
  readonly dispose?: (() => void | Promise<void>) | undefined
}

/** A suite, as its public function declares it. */
export interface Suite<TSubject> {
  /** Name of the function. */
  readonly name: string
  readonly below: (...args: never[]) => unknown
  /** What `make` gives. */
  readonly subject: OptionTable<TSubject>
  readonly cases: readonly SuiteCase<TSubject>[]
}

const TOOLS = ofKind(
  withMethods('what a test runner has, { describe, it, expect }', ['describe', 'it', 'expect']),
  'Tools of the runner.',
)
const SUITE_OPTIONS = optionTable<SuiteOptions<unknown>>({
  name: required(textOption('Name of the implementation.', { minLength: 1 })),
  make: required(callable('Makes a fresh subject.')),
  skip: recordOf(textOption('Why the case is left out.'), 'Cases to leave out.'),
})

/** Declares the cases of a suite with the runner's tools. @throws {SetupError} for tools and options that are none */
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
    if (!cases.some((one) => one.name === name))
      throw new PortArgumentError(`The suite has no case "${name}" to skip.`)
    if (reason.trim() === '') throw new PortArgumentError(`Skipping "${name}" needs a reason.`)
  }
  tools.describe(options.name, () => {
    for (const one of cases) {
      if (Object.hasOwn(skip, one.name)) tools.it.skip?.(`${one.name} (${skip[one.name]})`, async () => {})
      else tools.it(one.name, () => runCase(one, options, { suite, expect: tools.expect }))
    }
  })
}

async function runCase<TSubject extends Disposable>(
  { run }: SuiteCase<TSubject>,
  options: SuiteOptions<TSubject>,
  { suite, expect }: { readonly suite: Suite<TSubject>; readonly expect: SuiteTools['expect'] },
): Promise<void> {
  const subject = await options.make()
  checkOptions(suite.subject, subject, { name: `${suite.name}, what make gives` })
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
