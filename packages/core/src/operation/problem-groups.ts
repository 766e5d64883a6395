// At set-up: a problem of a middleware at many routes is reported once.
import type { SetupProblem } from '../errors/index.ts'

const MIDDLEWARE = ', middleware '
/** Most places of one problem that are named. */
const SHOWN = 3

/** The place of a middleware at a route. */
export function middlewareAt(route: string, name: string): string {
  return `${route}${MIDDLEWARE}${name}`
}

/** Joins equal problems of one middleware at several routes, at the place of the first. */
export function grouped(problems: readonly SetupProblem[]): SetupProblem[] {
  const groups = new Map<string, SetupProblem[]>()
  for (const one of problems) {
    const [, middleware] = split(one)
    const key = JSON.stringify([middleware ?? one.place, one.message, one.remedy, one.code])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flatMap((group) => joined(group))
}

function split({ place }: SetupProblem): readonly [route: string, middleware: string | undefined] {
  const at = place.indexOf(MIDDLEWARE)
  return at === -1 ? [place, undefined] : [place.slice(0, at), place.slice(at + 2)]
}

function joined(group: readonly SetupProblem[]): readonly SetupProblem[] {
  const first = group[0] as SetupProblem
  const [, middleware] = split(first)
  if (middleware === undefined) return group
  const routes = [...new Set(group.map((one) => split(one)[0]))]
  if (routes.length === 1) return [first]
  const more = routes.length > SHOWN ? ` and ${routes.length - SHOWN} more` : ''
  const place = `${middleware}, at ${routes.length} places: ${routes.slice(0, SHOWN).join('; ')}${more}`
  return [{ ...first, place }]
}
