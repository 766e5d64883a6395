import { nearestName, type SetupProblem } from '../errors/index.ts'
import type { Plugin } from './plugin-contract.ts'
import { partsOf, placeOf } from './plugin-value.ts'

/** Orders plugins so that each comes after those it needs; otherwise as given. */
export function orderPlugins(plugins: readonly Plugin[]): { ordered: Plugin[]; problems: SetupProblem[] } {
  const problems: SetupProblem[] = []
  const byName = new Map<string, Plugin>()
  for (const plugin of plugins) {
    if (byName.has(plugin.name))
      problems.push(problem(plugin, 'Another plugin has the same name.', 'Remove one, or rename it.'))
    byName.set(plugin.name, plugin)
  }
  const ordered: Plugin[] = []
  const visit = (plugin: Plugin, path: readonly string[]): void => {
    if (ordered.includes(plugin)) return
    if (path.includes(plugin.name)) {
      const cycle = [...path.slice(path.indexOf(plugin.name)), plugin.name].join(' -> ')
      problems.push(problem(plugin, `It needs itself: ${cycle}.`, 'Remove one of these needs.'))
      return
    }
    for (const name of partsOf(plugin).needs ?? []) {
      const needed = byName.get(name)
      if (needed === undefined) problems.push(missing(plugin, name, [...byName.keys()]))
      else visit(needed, [...path, plugin.name])
    }
    ordered.push(plugin)
  }
  for (const plugin of plugins) visit(plugin, [])
  return { ordered, problems }
}

function missing(plugin: Plugin, name: string, names: readonly string[]): SetupProblem {
  const others = names.filter((one) => one !== plugin.name)
  const meant = nearestName(name, others)
  const remedy = meant === undefined ? 'Add it to createApp({ plugins }).' : `Did you mean '${meant}'?`
  return problem(plugin, `It needs the plugin '${name}', which the app does not have.`, remedy)
}

function problem(plugin: Plugin, message: string, remedy: string): SetupProblem {
  return { code: 'ERR_CORE_PLUGIN', place: placeOf(plugin), message, remedy }
}
