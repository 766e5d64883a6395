import type { RouteFacts } from '@keelson/core'
import type { Cache } from '../contract/index.ts'

/** What middleware of a route does with tags; `any` where only a request tells which. */
export interface RouteTags {
  /** Its answers carry them. */
  readonly carries?: readonly string[] | 'any' | undefined
  /** It invalidates them. */
  readonly invalidates?: readonly string[] | 'any' | undefined
  /** Makes the namespace of its answers, at the start of the app. */
  readonly open?: ((cache: Cache) => void) | undefined
}

const noted = new WeakMap<RouteFacts, RouteTags[]>()

/** Notes at set-up what a middleware does, for the check of the app. */
export function noteRouteTags(route: RouteFacts, tags: RouteTags): void {
  const others = noted.get(route)
  if (others === undefined) noted.set(route, [tags])
  else others.push(tags)
}

/** What all middleware of a route does with tags. */
export function routeTagsOf(route: RouteFacts): readonly RouteTags[] {
  return noted.get(route) ?? []
}
