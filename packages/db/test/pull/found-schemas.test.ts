// Schemas with what is found in those of public projects: each is pulled, and then there is nothing to do.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { token } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { ScratchConnection } from '../../src/diff/index.ts'
import { database } from '../../src/index.ts'
import { pull } from '../../src/pull/index.ts'
import { migrationFolder, SYSTEMS } from '../migrate/migration-folder.ts'
import { runCommand } from '../migrate/run-command.ts'

const SCHEMAS = join(import.meta.dirname, 'schemas')

describe.each(SYSTEMS)('a schema of %s', (name, make) => {
  const folder = join(SCHEMAS, name.toLowerCase())

  it.for(readdirSync(folder))('%s is pulled, and nothing is left to do', async (file, context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
    const sql = readFileSync(join(folder, file), 'utf8')
    const texts = sql.split(/;\n\n|;\n$/).filter((text) => text !== '')
    await using connection = await ScratchConnection.open(made.adapter)
    await connection.run(texts)

    const { source, tables, left } = await pull(made.adapter, () => false)
    expect(left).toEqual([])

    using migrations = migrationFolder({ '0001-before.sql': sql })
    const ignore = [...source.matchAll(/^\/\/ - table (\S+), which/gm)].map(([, table = '']) => table)
    const plugin = database(token<never>('shop') as never, made.adapter, tables, {
      migrations: { folder: migrations.path, ignore },
    })
    const { code, err } = await runCommand([plugin], 'db check', { write: true })
    // Of bodies of functions nobody knows what they do: with a superuser the check says so.
    expect({ code, err: err.replace(/^\S+: the user is a superuser, and .*\n/, '') }).toEqual({
      code: 0,
      err: '',
    })
  })
})
