// Without this file a room may grow an import that points the wrong way, and the next reader no longer knows what a
// change in one room can break. The table is each package's rooms.json; docs/architecture.md draws it.
import { existsSync, readFileSync } from 'node:fs'
import { join, normalize, relative, sep } from 'node:path'
import { type Import, importsUnder } from './imports.ts'
import { packages, report, root } from './workspace.ts'

interface Table {
  /** Room to the rooms it may import; `type:routing` means its types only. */
  readonly rooms: Readonly<Record<string, readonly string[]>>
  /** Files that other rooms may import besides each room's index.ts: what most of them must not load. */
  readonly doors?: readonly string[]
  /** Outside module to the rooms that may import it. */
  readonly only: Readonly<Record<string, readonly string[]>>
}

/** Files in `src` itself that have no code: what a package exports. */
const LISTS = ['index.ts', 'aliases.ts', 'contract.ts']

const problems: string[] = []
let checked = 0

for (const pkg of packages()) {
  const src = join(pkg.dir, 'src')
  const table = readTable(join(pkg.dir, 'rooms.json'))
  each(src, (item) => {
    checkPackage(item, pkg.name)
    const room = roomOf(src, item.file)
    if (table === undefined || room === undefined) return
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

function readTable(file: string): Table | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Table) : undefined
}

/** The first folder below `src`. A file in `src` itself is a room of its own, but for those that only list names. */
function roomOf(src: string, file: string): string | undefined {
  const [first = '', ...below] = relative(src, file).split(sep)
  if (below.length > 0) return first
  return LISTS.includes(first) ? undefined : first.replace(/\.ts$/, '')
}

function checkPackage(item: Import, name: string): void {
  const other = /^@keelson\/[a-z-]+/.exec(item.specifier)?.[0]
  if (other === undefined || (other === '@keelson/core' && name !== other)) return
  if (other === name) return complain(item, 'imports its own package by name. Use a relative path.')
  complain(
    item,
    'imports a sibling. Packages know only @keelson/core: declare a contract, take any object that fits.',
  )
}

function checkOwner(item: Import, room: string, table: Table): void {
  const name = /^(@[^/]+\/)?[^/]+/.exec(item.specifier)?.[0] ?? ''
  const owners = table.only[name]
  if (owners === undefined || owners.includes(room)) return
  complain(item, `imports what belongs to ${owners.join(' and ')}/. Let that room offer what is needed.`)
}

function checkRoom(item: Import, room: string, { src, table }: { src: string; table: Table }): void {
  const file = normalize(join(item.file, '..', item.specifier))
  const target = roomOf(src, file)
  if (target === room) return
  if (target === undefined)
    return complain(item, 'imports the package index. Import the room that has the name.')
  if (![`${target}.ts`, join(target, 'index.ts'), ...(table.doors ?? [])].includes(relative(src, file))) {
    complain(item, `goes past ${target}/index.ts. Export the name there.`)
  }
  const allowed = table.rooms[room]
  if (allowed === undefined)
    return complain(item, `is in ${room}/, which rooms.json does not know. Add it there.`)
  if (allowed.includes(target) || (item.typesOnly && allowed.includes(`type:${target}`))) return
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
