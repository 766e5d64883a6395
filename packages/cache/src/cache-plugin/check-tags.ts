// A part of `keelson check`: tags of routes that do not meet.
import type { CheckedApp, SetupProblem } from '@keelson/core'
import { nearestName } from '@keelson/core/options'
import { routeTagsOf } from './route-tags.ts'

interface Found {
  /** By tag, a route that names it. */
  readonly byTag: ReadonlyMap<string, string>
  /** Whether a route tells its tags when it is called. */
  readonly hasAny: boolean
}

/**
 * Tags that answers carry and no route invalidates, and those that routes invalidate and no answer carries. Namespaces carry tags as well, and
 * code invalidates them: so these are warnings, and none where a function gives the tags.
 */
export function tagWarnings({ plans }: Pick<CheckedApp, 'plans'>): SetupProblem[] {
  const carried = tagsOf(plans, 'carries')
  const invalidated = tagsOf(plans, 'invalidates')
  return [
    ...without(carried, invalidated).map(([tag, place]) => ({
      code: 'cache-tag-kept',
      place,
      message: `Its answers carry the tag '${tag}', which no route invalidates.`,
      remedy: `Say use: [invalidates('${tag}')] on the routes that change what it stands for, or remove the tag. Where code of the app invalidates it, say acknowledge: { 'cache-tag-kept': 'where' } on the route.`,
    })),
    ...without(invalidated, carried).map(([tag, place]) => ({
      code: 'cache-tag-unknown',
      place,
      message: `It invalidates the tag '${tag}', which no answer carries.${meant(tag, [...carried.byTag.keys()])}`,
      remedy:
        "Correct its name. Where only values of a namespace carry it, say acknowledge: { 'cache-tag-unknown': 'which namespace' } on the route.",
    })),
  ]
}

function meant(tag: string, known: readonly string[]): string {
  const near = nearestName(tag, known)
  return near === undefined ? '' : ` Did you mean '${near}'?`
}

function tagsOf(plans: CheckedApp['plans'], does: 'carries' | 'invalidates'): Found {
  const named = plans.flatMap(({ facts, flat, name = '' }) =>
    routeTagsOf(facts).map((one) => ({ tags: one[does] ?? [], place: flat?.place ?? name })),
  )
  const entries = named.flatMap(({ tags, place }) =>
    tags === 'any' ? [] : tags.map((tag) => [tag, place] as const),
  )
  return { byTag: new Map(entries), hasAny: named.some(({ tags }) => tags === 'any') }
}

function without({ byTag }: Found, others: Found): [tag: string, place: string][] {
  return others.hasAny ? [] : [...byTag].filter(([tag]) => !others.byTag.has(tag))
}
