// Several access rules in one: what they hold, and what they say of themselves.
import { middleware, needs, type AnyMiddleware, type BaseContext, type ErrorDefinition } from '@keelson/core'
import { refuseCall } from '@keelson/core/options'
import { Held, injectOf } from '../held/index.ts'

/** A rule as it runs. */
export type RunRule = (ctx: BaseContext) => unknown

type Services = Readonly<Record<string, unknown>>

/** What else a combined rule is made of. */
export interface Combination {
  readonly name: string
  readonly adds: readonly string[]
  readonly needs: readonly string[]
  readonly narrows: readonly string[]
  /** Makes what runs of the rules, each of which holds its own. */
  run(rules: readonly RunRule[]): RunRule
}

/** Parts that only a plan can give, or that outlive the decision. */
const OTHER_PARTS = ['wrap', 'transform', 'encode', 'observe', 'for', 'principal', 'tenant', 'kinds'] as const

/**
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an access rule, and for one with other parts than `run`
 */
export function assertRules(
  rules: readonly unknown[],
  below: Function,
): asserts rules is readonly AnyMiddleware[] {
  const remedy = 'Give what signedIn(), role(), can() or accessRule() made.'
  if (rules.length === 0 || !rules.every(isRule))
    refuseCall([{ message: `It takes access rules${rules.length === 0 ? ', at least one' : ''}.`, remedy }], {
      name: below.name,
      below: below as never,
    })
  for (const rule of rules as readonly AnyMiddleware[]) {
    const part = OTHER_PARTS.find((name) => rule[name] !== undefined)
    if (part !== undefined)
      refuseCall(
        [
          {
            message: `The rule ${rule.name} has the part '${part}'.`,
            remedy: 'Put it into access by itself: [rule, …].',
          },
        ],
        { name: below.name, below: below as never },
      )
  }
}

function isRule(value: unknown): value is AnyMiddleware {
  const { kind, stage, run } = (value ?? {}) as Partial<AnyMiddleware>
  return kind === 'middleware' && stage === 'authorize' && run !== undefined
}

/** The middleware of rules; they run by `run`. */
export function combinedRule(rules: readonly AnyMiddleware[], of: Combination): AnyMiddleware {
  const holds = rules.some(({ inject, state }) => state !== undefined || Object.keys(inject).length > 0)
  const plain = holds ? undefined : of.run(rules.map((rule) => runOf(rule, undefined)))
  return middleware({
    name: of.name,
    stage: 'authorize',
    adds: of.adds as readonly never[],
    isPerCaller: rules.some(({ isPerCaller, adds }) => isPerCaller === true && addsAnyOf(adds, of)),
    needs: needs<Record<string, unknown>>(...of.needs),
    narrows: of.narrows as readonly never[],
    challenge: challengesOf(rules),
    describe: describedBy(rules),
    ...(plain === undefined
      ? {
          inject: injectOf(rules),
          state: (services: Services) =>
            Held.of(rules, services, (held) => of.run(rules.map((rule, at) => runOf(rule, held[at])))),
          run: (ctx: BaseContext, { state }: { readonly state: Held<RunRule> }) => state.made(ctx),
        }
      : { run: plain }),
  } as never) as AnyMiddleware
}

function addsAnyOf(names: readonly string[], { adds }: Combination): boolean {
  return names.some((name) => adds.includes(name))
}

function runOf({ run }: AnyMiddleware, held: unknown): RunRule {
  return (ctx) => run!(ctx as never, held as never)
}

/** A rule without one has that of the credentials that it asks for. */
function challengesOf(rules: readonly AnyMiddleware[]): AnyMiddleware['challenge'] {
  const all = rules.flatMap(({ challenge, describe: { security = [] } }) => {
    return challenge ?? [security].flat().map((one) => (typeof one === 'string' ? { name: one } : one))
  })
  return all.length === 0 ? undefined : [...new Set(all)]
}

/** Whatever of them refuses, and whatever they read and set. */
function describedBy(rules: readonly AnyMiddleware[]): AnyMiddleware['describe'] {
  const all = rules.map(({ describe }) => describe)
  const errors: ErrorDefinition[] = [...new Set(all.flatMap((one) => one.errors ?? []))]
  const security = all.flatMap((one) => one.security ?? [])
  const merged = (name: 'headers' | 'successHeaders' | 'requestHeaders' | 'responses') =>
    Object.assign({}, ...all.map((one) => one[name])) as Record<string, string>
  return {
    errors,
    ...(security.length === 0 ? {} : { security }),
    headers: merged('headers'),
    successHeaders: merged('successHeaders'),
    requestHeaders: merged('requestHeaders'),
    responses: merged('responses'),
  }
}
