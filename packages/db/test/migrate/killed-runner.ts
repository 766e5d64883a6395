// A process that runs migrations, and is killed when it has sent one of its statements: that with the number of its first argument,
// counted from the first one of a file on. It ends by itself where there are not so many.
import { flushCompileCache } from 'node:module'
import { openDatabase, defineTables } from '@keelson/db'
import { migrate } from '@keelson/db/migrations'
import { mysql } from '@keelson/db/mysql'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import type { Adapter, Connection } from '../../src/adapter/index.ts'

const [at, place, folder] = process.argv.slice(2) as [string, string, string]
const make = place.startsWith('postgres') ? postgres : place.startsWith('mysql') ? mysql : sqlite
const FIRST = 'create table one'
let sent = 0

function kill(): void {
  process.kill(process.pid, 'SIGKILL')
}

function killing(connection: Connection): Connection {
  return new Proxy(connection, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      if (name !== 'run') return member.bind(target) as unknown
      return (...args: Parameters<Connection['run']>) => {
        if (sent > 0 || args[0].text.startsWith(FIRST)) sent++
        const out = target.run(...args)
        // What is sent is on its way to the server, and its answer is read by nobody.
        if (sent === Number(at)) kill()
        return out
      }
    },
  })
}

const adapter = make(place)
const wrapped: Adapter = {
  ...adapter,
  connect: async (lane, signal) => killing(await adapter.connect(lane, signal)),
}
await using db = await openDatabase(wrapped, defineTables({}))
// Node writes it at the end of a process, which most of these do not have: each would compile the same modules anew.
flushCompileCache()
await migrate(db, { folder })
