import {
  createApp,
  route,
  StartError,
  type App,
  type LogLine,
  type Plugin,
  type RouteTree,
} from '@keelson/core'
import { createMemoryLogger } from '@keelson/core/testing'
import { open } from './support.ts'

const routes = { a: route.get('/', open, () => 'x') } satisfies RouteTree

/** An app with these plugins and one route, and what it logs. */
export function appWith(
  plugins: readonly Plugin[],
  more: object = {},
): App<typeof routes> & { lines: readonly LogLine[] } {
  const { log, lines } = createMemoryLogger()
  return Object.assign(createApp({ routes, plugins, log, ...more }), { lines })
}

/** A plugin that notes what is done to it. */
export function noted(trail: string[], name: string, more: Partial<Plugin> = {}): Plugin {
  const note = (phase: string) => () => void trail.push(`${phase} ${name}`)
  return { name, setup: note('setup'), start: note('start'), stop: note('stop'), ...more }
}

/** The start error that something throws at once. */
export function startErrorOf(work: () => unknown): StartError {
  try {
    work()
  } catch (error) {
    if (error instanceof StartError) return error
    throw error
  }
  throw new Error('It did not fail.')
}
