// W8 writes the same application for each framework: so many routes in files of twenty, each with a UUID, two query
// fields, what a middleware adds, and a typed answer; and a file with a typed client call for each route.

/** Files by name, `calls.ts` among them. */
export type SourceFiles = Readonly<Record<string, string>>

/** Writes the application for a number of routes. */
export type TypeApp = (routeCount: number) => SourceFiles

const ROUTES_PER_FILE = 20

/** Numbers from 0. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** The numbers of all groups. */
export function groups(routeCount: number): readonly number[] {
  return upTo(Math.ceil(routeCount / ROUTES_PER_FILE))
}

/** Group that a route is in. */
export function groupOf(route: number): number {
  return Math.floor(route / ROUTES_PER_FILE)
}

/** The routes of a group, each written by `write`, joined by line ends. */
export function routesOf(group: number, routeCount: number, write: (route: number) => string): string {
  return upTo(routeCount)
    .filter((route) => groupOf(route) === group)
    .map(write)
    .join('\n')
}

/** One file for each group. */
export function groupFiles(routeCount: number, write: (group: number) => string): SourceFiles {
  return Object.fromEntries(groups(routeCount).map((group) => [`group${group}.ts`, write(group)]))
}

/** Lines that import every group. */
export function importGroups(routeCount: number): string {
  return groups(routeCount)
    .map((group) => `import { group${group} } from './group${group}.ts'`)
    .join('\n')
}

/** One call for each route, and one that must not compile: types that have become `any` cost nothing. */
export function callFile(head: string, routeCount: number, call: (route: number) => string): string {
  const calls = upTo(routeCount).map(call)
  return `${head}\n${calls.join('\n')}\n// @ts-expect-error -- a number is no string\nexport const wrong: string = call0\n`
}
