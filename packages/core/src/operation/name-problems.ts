import type { SetupProblem } from '../errors/index.ts'
import { STAGES, type AnyMiddleware, type FlatRoute, type PipelineStage } from '../route/index.ts'
import type { Placed } from './placed-middleware.ts'
import { CONTEXT_NAMES } from './request-context.ts'

/** The first stage in which a name of the base context exists; other names exist from the beginning. */
const THERE_FROM: Readonly<Record<string, PipelineStage>> = {
  params: 'authorize',
  query: 'validate',
  headers: 'receive',
  cookies: 'receive',
  body: 'validate',
}

/** Checks that each name on the context has one source, and that what a middleware needs exists before it runs. */
export function checkNames(flat: FlatRoute, chain: readonly AnyMiddleware[]): SetupProblem[] {
  const problems: SetupProblem[] = []
  const givers = new Map<string, string>()
  const add = (message: string, remedy: string) =>
    problems.push({ code: 'ERR_CORE_CONTEXT_NAME', place: flat.place, message, remedy })
  const give = (name: string, giver: string) => {
    const first = givers.get(name)
    if (CONTEXT_NAMES.has(name))
      add(`${giver} adds '${name}', a name that every context has.`, 'Give it another name.')
    else if (first === giver)
      add(
        `There are two of ${giver}, and each adds '${name}'.`,
        "Give one of them another name, by its option as where it has one, as: 'other'; or remove it.",
      )
    else if (first !== undefined)
      add(`Both ${first} and ${giver} add '${name}'.`, 'Give one of them another name, or remove it.')
    givers.set(name, giver)
  }

  for (const name of Object.keys(flat.route.injects)) give(name, 'inject()')
  for (const one of chain) {
    problems.push(...unmetOf(one, { flat, chain, isGiven: (name) => givers.has(name) }))
    for (const name of one.adds) give(name, `middleware '${one.name}'`)
  }
  return problems
}

/**
 * Names that the types of a route have from a middleware in whose place another stands, which does not add them. Those of the
 * app and of routers are in no type.
 */
export function lostNames(
  flat: FlatRoute,
  given: readonly Placed[],
  standing: readonly Placed[],
): SetupProblem[] {
  const typed = given.filter(({ origin }) => origin === 'factory' || origin === 'route')
  return typed.flatMap(({ middleware: { name, adds, isSingle } }) => {
    const other = standing.find(({ middleware }) => isSingle === true && middleware.name === name)
    const lost = adds.filter((one) => other !== undefined && !other.middleware.adds.includes(one))
    return lost.map((one) => ({
      code: 'ERR_CORE_CONTEXT_NAME',
      place: flat.place,
      message: `Of two middlewares '${name}' the nearest stands, and does not add '${one}', which the other adds.`,
      remedy: `Have the nearest add '${one}' too, or remove it.`,
    }))
  })
}

interface Around {
  readonly flat: FlatRoute
  readonly chain: readonly AnyMiddleware[]
  readonly isGiven: (name: string) => boolean
}

/** What a middleware needs or narrows, and does not exist when it runs. */
function unmetOf(one: AnyMiddleware, { flat, chain, isGiven }: Around): SetupProblem[] {
  const isMissing = (name: string) => !isGiven(name) && !isThere(name, one.stage)
  const unmet = one.needs.filter(isMissing).map((name) => {
    const later = chain.find((other) => other.adds.includes(name))
    return {
      code: 'ERR_CORE_NEED_UNMET',
      place: flat.place,
      message:
        later === undefined
          ? `Middleware '${one.name}' needs '${name}', which nothing adds.`
          : `Middleware '${one.name}' (${one.stage}) needs '${name}', which '${later.name}' (${later.stage}) adds only later.`,
      remedy:
        later === undefined
          ? `Add the middleware that gives '${name}' with route.use(…), or inject it.`
          : laterRemedy(one, later),
    }
  })
  const narrowed = (one.narrows ?? []).filter(isMissing).map((name) => ({
    code: 'ERR_CORE_CONTEXT_NAME',
    place: flat.place,
    message: `Access rule '${one.name}' narrows '${name}', which nothing adds.`,
    remedy: 'Add what it narrows, or omit narrows.',
  }))
  return [...unmet, ...narrowed]
}

/** Within a stage the order of lists decides; between stages only the stage does. */
function laterRemedy(one: AnyMiddleware, later: AnyMiddleware): string {
  return one.stage === later.stage
    ? `Move '${later.name}' before '${one.name}'.`
    : `Give '${one.name}' the stage '${later.stage}' or a later one.`
}

function isThere(name: string, stage: PipelineStage): boolean {
  if (!CONTEXT_NAMES.has(name)) return false
  return STAGES.indexOf(stage) >= STAGES.indexOf(THERE_FROM[name] ?? 'receive')
}
