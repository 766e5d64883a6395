// Without this file the page of the architecture drifts from the code: files of the request path that moved or that nobody put
// on it, packages and rooms that it does not tell.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packages, report, root } from './workspace.ts'

const src = join(root, 'packages/core/src')
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const problems: string[] = []

const named = [...page.matchAll(/`([a-z0-9-]+(?:\/[a-z0-9-]+)*\.ts)`/g)].map((match) => match[1] as string)
for (const file of named) {
  if (!existsSync(join(src, file)) && !existsSync(join(root, file)))
    problems.push(`docs/architecture.md names ${file}, which is not there.`)
}

// Middleware of other packages stands on it where an app puts it.
const onPath = globSync('packages/{contract,core}/src/**/*.ts', { cwd: root })
  .filter(
    (file) =>
      !/\.test(-d)?\.ts$/.test(file) &&
      readFileSync(join(root, file), 'utf8').startsWith('// On the request path'),
  )
  .map((file) => file.replace(/^packages\/core\/src\//, ''))
for (const file of onPath.toSorted()) {
  if (!named.includes(file)) problems.push(`${file} is on the request path and not in docs/architecture.md.`)
}

const folders = packages().map(({ dir }) => basename(dir))
const told = firstCells('## The packages')
if (told.toSorted().join() !== folders.join())
  problems.push(
    `docs/architecture.md lists the packages ${told.join(', ')}; packages/ has ${folders.join(', ')}.`,
  )

let roomsTold = 0
for (const name of ['core', 'auth', 'cache', 'db']) {
  const table = JSON.parse(readFileSync(join(root, 'packages', name, 'rooms.json'), 'utf8')) as {
    readonly rooms: Readonly<Record<string, unknown>>
  }
  const rooms = Object.keys(table.rooms)
  const order = firstCells(`## The rooms of \`packages/${name}/src\``)
  roomsTold += order.length
  if (order.join() !== rooms.join())
    problems.push(
      `docs/architecture.md lists the rooms ${order.join(', ')}; packages/${name}/rooms.json has ${rooms.join(', ')}.`,
    )
}
report(
  problems,
  `${onPath.length} files of the request path are on the map, ${told.length} packages and ${roomsTold} rooms in order`,
)

/** The names in the first column of the table below a heading: `| \`errors/\` | …`. */
function firstCells(heading: string): readonly string[] {
  const section = page.slice(page.indexOf(heading)).split(/^(?=## )/m)[0] ?? ''
  return [...section.matchAll(/^\| `([a-z0-9-]+(?:\/[a-z0-9-]+)?)\/?` /gm)].map((match) => match[1] ?? '')
}
