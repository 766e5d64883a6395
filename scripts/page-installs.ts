// Without this file no check could do what a page tells its readers to install.
import { outsideProject } from './outside.ts'
import { packages } from './workspace.ts'

/** `npm install --save-dev @keelson/testing typescript@^6.0.0`, in a block or within a line: the names, of all of them. */
export function namesInstalledBy(text: string): readonly string[] {
  const lists = [...text.matchAll(/\bnpm install ([^`\n#&]+)/g)].map((match) => match[1] ?? '')
  const words = lists.flatMap((list) => list.trim().split(/\s+/)).filter((word) => !word.startsWith('-'))
  return words.map((word) => word.replace(/(?<=.)@.*$/, ''))
}

/** A project outside the workspace with just these: ours from their tarballs, others in their latest version. */
export function projectWith(names: readonly string[]): string {
  const only = packages().filter(({ name }) => names.includes(name))
  const others = names.filter((name) => !only.some((pkg) => pkg.name === name))
  const dependencies = Object.fromEntries(others.map((name) => [name, 'latest']))
  return outsideProject({ manager: 'npm', only, dependencies })
}
