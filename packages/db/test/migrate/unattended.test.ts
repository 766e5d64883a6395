// Commands as a build server runs them: nobody answers, and standard input stays open.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { migrationFolder } from './migration-folder.ts'

const BIN = fileURLToPath(import.meta.resolve('../../../cli/src/bin.ts'))
const LIMIT_MS = 60_000

const APP = `
import { createApp, token } from '${import.meta.resolve('@keelson/core')}'
import { database, defineTables, integer, table, text } from '${import.meta.resolve('../../src/index.ts')}'
import { sqlite } from '${import.meta.resolve('../../src/sqlite/index.ts')}'
const tables = defineTables({ notes: table('notes', { id: integer().primary(), title: text() }) })
const migrations = { folder: import.meta.dirname }
export const app = createApp({ routes: {}, plugins: [database(token('shop'), sqlite('/nowhere/shop.db'), tables, { migrations })] })
`

it(
  'a comparison that could mean a rename or a drop ends with both ways out, and waits for no answer',
  async () => {
    using folder = migrationFolder({
      '0001-notes.sql': 'create table notes (id integer not null primary key, body text not null) strict;',
      'package.json': '{ "type": "module" }',
    })
    using app = migrationFolder({}, folder.path)
    app.write({ 'main.js': APP.replace('import.meta.dirname', JSON.stringify(folder.path)) })
    const child = spawn(process.execPath, [BIN, 'db', 'diff', 'tidy', '--app', `${app.path}/main.js`], {
      cwd: folder.path,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    })
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    child.stdin.end()
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/notes\.body: .*\.was\('body'\).*--drop notes\.body/),
    ])
    expect(readdirSync(folder.path).filter((file) => file.endsWith('.sql'))).toEqual(['0001-notes.sql'])
  },
  2 * LIMIT_MS,
)
