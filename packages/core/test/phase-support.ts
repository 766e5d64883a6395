import {
  createApp,
  plugin,
  route,
  SetupError,
  type App,
  type Plugin,
  type PluginDefinition,
  type RouteTree,
} from '@keelson/core'
import { createMemoryLogger, type LogLine } from '@keelson/testing'
import { open } from './support.ts'

const routes = { a: route.get('/', open, () => 'x') } satisfies RouteTree

/** Parts of a plugin that injects nothing. */
export type PluginParts = PluginDefinition<{}>

/** An app with these plugins and one route, and what it logs. */
export function appWith(
  parts: readonly (Plugin | PluginParts)[],
  more: object = {},
): App<typeof routes> & { lines: readonly LogLine[] } {
  const { log, lines } = createMemoryLogger()
  const plugins = parts.map((one) => ('~internal' in one ? one : plugin(one)))
  return Object.assign(createApp({ routes, plugins, log, ...more }), { lines })
}

/** A plugin that notes what is done to it. */
export function noted(trail: string[], name: string, more: Partial<PluginParts> = {}): Plugin {
  const note = (phase: string) => () => void trail.push(`${phase} ${name}`)
  return plugin({ name, setup: note('setup'), start: note('start'), stop: note('stop'), ...more })
}

/** The setup error that something throws at once. */
export function setupErrorOf(work: () => unknown): SetupError {
  try {
    work()
  } catch (error) {
    if (error instanceof SetupError) return error
    throw error
  }
  throw new Error('It did not fail.')
}
