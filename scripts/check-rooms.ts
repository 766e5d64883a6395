// Without this file a room may grow an import that points the wrong way, and the next reader no longer knows what a
// change in one room can break. The table is each package's rooms.json, that of the packages scripts/packages.json;
// docs/architecture.md draws both.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, normalize, relative, sep } from 'node:path'
import { type Import, importsUnder } from './imports.ts'
import { packages, report, root } from './workspace.ts'

interface Table {
  /**
   * Room to the rooms it may import, values and types, all of which stand before it. `server/message` is a room within a
   * room: its files are imported as they are.
   */
  readonly rooms: Readonly<Record<string, readonly string[]>>
  /** Files that other rooms may import besides each room's index.ts: what most of them must not load. */
  readonly doors?: readonly string[]
  /** Outside module to the rooms that may import it. */
  readonly only: Readonly<Record<string, readonly string[]>>
}

interface Siblings {
  /** Package to the specifiers of siblings that it may import; `@keelson/contract/` ends in a slash for all below it. */
  readonly packages: Readonly<Record<string, readonly string[]>>
  /** What a package that is not named may import. */
  readonly others: readonly string[]
}

/** Files in `src` itself that have no code: what a package exports. */
const LISTS = [
  'index.ts',
  'aliases.ts',
  'conditions.ts',
  'contract.ts',
  'controllers.ts',
  'frames.ts',
  'options.ts',
  'ports.ts',
  'schemas.ts',
  'spi.ts',
  'suites.ts',
]

const siblings = JSON.parse(readFileSync(join(root, 'scripts/packages.json'), 'utf8')) as Siblings
const problems: string[] = []
let checked = 0

for (const pkg of packages()) {
  const src = join(pkg.dir, 'src')
  const table = readTable(join(pkg.dir, 'rooms.json'))
  if (table !== undefined) checkOrder(table, pkg.name)
  each(src, (item) => {
    checkPackage(item, pkg.name)
    if (table === undefined) return
    const room = roomOf(src, item.file, table)
    if (room === undefined) return
    if (item.specifier.startsWith('.')) checkRoom(item, room, { src, table })
    else checkOwner(item, room, table)
  })
}
for (const folder of ['examples', 'bench', 'docs']) {
  each(join(root, folder), (item) => checkOutsider(item, folder))
}
report(problems, `${checked} imports follow the tables`)

function each(dir: string, check: (item: Import) => void): void {
  for (const item of importsUnder(dir)) {
    checked += 1
    check(item)
  }
}

/** Arrows point upwards in the table, so that there is no circle of rooms. */
function checkOrder({ rooms }: Table, name: string): void {
  const order = Object.keys(rooms)
  for (const [at, room] of order.entries()) {
    const later = (rooms[room] ?? []).filter((other) => !order.slice(0, at).includes(other))
    if (later.length > 0)
      problems.push(
        `${name}: rooms.json lets ${room}/ import ${later.join(', ')}, not above it in the table.`,
      )
  }
}

function readTable(file: string): Table | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Table) : undefined
}

/** The first folder below `src`, or a room within it. A file in `src` itself is a room, but for those that only list names. */
function roomOf(src: string, file: string, { rooms }: Table): string | undefined {
  const [first = '', second = '', ...below] = relative(src, file).split(sep)
  const inner = `${first}/${second}`
  if (below.length > 0 && inner in rooms) return inner
  if (second !== '') return first
  return LISTS.includes(first) ? undefined : first.replace(/\.ts$/, '')
}

function checkPackage(item: Import, name: string): void {
  const { specifier } = item
  if (!specifier.startsWith('@keelson/')) return
  if (specifier === name || specifier.startsWith(`${name}/`))
    return complain(item, 'imports its own package by name. Use a relative path.')
  const allowed = siblings.packages[name] ?? siblings.others
  if (allowed.some((one) => specifier === one || (one.endsWith('/') && specifier.startsWith(one)))) return
  complain(
    item,
    `imports what ${name} may not: that is ${allowed.join(', ') || 'nothing'}. Declare a contract, take any object that fits.`,
  )
}

function checkOwner(item: Import, room: string, table: Table): void {
  const name = /^(@[^/]+\/)?[^/]+/.exec(item.specifier)?.[0] ?? ''
  const owners = table.only[name]
  if (owners === undefined || owners.some((owner) => room === owner || room.startsWith(`${owner}/`))) return
  complain(item, `imports what belongs to ${owners.join(' and ')}/. Let that room offer what is needed.`)
}

function checkRoom(item: Import, room: string, { src, table }: { src: string; table: Table }): void {
  const file = normalize(join(item.file, '..', item.specifier))
  const target = roomOf(src, file, table)
  if (target === room) return
  if (target === undefined)
    return complain(item, `imports the list ${basename(file, '.ts')}. Import the room that has the name.`)
  const [house] = target.split('/') as [string]
  const doors = [`${house}.ts`, join(house, 'index.ts'), ...(table.doors ?? [])]
  if (room.split('/')[0] !== house && !doors.includes(relative(src, file)))
    complain(item, `goes past ${house}/index.ts. Export the name there.`)
  const allowed = table.rooms[room]
  if (allowed === undefined)
    return complain(item, `is in ${room}/, which rooms.json does not know. Add it there.`)
  if (allowed.includes(target)) return
  complain(item, `imports ${target}/, but ${room}/ may import only: ${allowed.join(', ') || 'nothing'}.`)
}

function checkOutsider(item: Import, folder: string): void {
  const target = relative(join(root, folder), normalize(join(item.file, '..', item.specifier)))
  const leaves = item.specifier.startsWith('.') && target.startsWith('..')
  if (leaves || /^@keelson\/[a-z-]+\/(src|dist)\b/.test(item.specifier)) {
    complain(item, `leaves its folder. What is in ${folder}/ uses what users have: published subpaths.`)
  }
}

function complain(item: Import, message: string): void {
  problems.push(`${relative(root, item.file)} [${item.specifier}] ${message}`)
}
