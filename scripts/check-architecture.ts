// Without this file the map of the request path drifts from the code: files that moved, files that nobody put on it.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { report, root } from './workspace.ts'

const src = join(root, 'packages/core/src')
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const { rooms } = JSON.parse(readFileSync(join(root, 'packages/core/rooms.json'), 'utf8')) as {
  readonly rooms: Readonly<Record<string, unknown>>
}
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

const listed = [
  ...(/^## The rooms[\s\S]*?(?=^## )/m.exec(page)?.[0] ?? '').matchAll(
    /^\| `([a-z0-9-]+(?:\/[a-z0-9-]+)?)\/?` /gm,
  ),
]
const order = listed.map((match) => match[1])
if (order.join() !== Object.keys(rooms).join())
  problems.push(
    `docs/architecture.md lists the rooms ${order.join(', ')}; packages/core/rooms.json has ${Object.keys(rooms).join(', ')}.`,
  )
report(
  problems,
  `${onPath.length} files of the request path are on the map, and ${order.length} rooms in order`,
)
