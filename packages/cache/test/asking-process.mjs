// A process that asks its cache all the time for one value, and notes when it is given an old one. Arguments: url, driver, memoryTtlMs.
import { setTimeout as sleep } from 'node:timers/promises'
import { createCache } from '@keelson/cache'
import { redis } from '@keelson/cache/redis'

const [url, driver, memoryTtlMs] = process.argv.slice(2)
const EVERY_MS = 20
const failures = []
for (const name of ['unhandledRejection', 'uncaughtException', 'warning'])
  process.on(name, (error) => failures.push(`${name}: ${error}`))

const kept = createCache({ shared: redis(url, { driver }), memoryTtlMs: Number(memoryTtlMs) })
const values = kept.namespace('values', { ttlMs: 600_000, jitter: 0, tags: ['values'] })
let origin = 0
let isOver = false
let round = fresh()

function fresh() {
  return { asked: 0, oldAt: [], lateMs: 0 }
}

async function ask() {
  while (!isOver) {
    const [due, at] = [origin, Date.now()]
    const value = values.peek('a') ?? (await values.getOrSet('a', () => origin))
    round.asked++
    if (value < due) round.oldAt.push(at)
    await sleep(2)
  }
}
const asking = Promise.all([ask(), ask()]).catch((error) => failures.push(`asked: ${error}`))

// What the machine keeps from this process is not what the cache takes.
let last = Date.now()
const watch = setInterval(() => {
  round.lateMs += Math.max(0, Date.now() - last - EVERY_MS)
  last = Date.now()
}, EVERY_MS)

const does = {
  begin: () => void (round = fresh()),
  origin: (value) => void (origin = value),
  invalidate: async () => {
    await kept.invalidate('values')
    return Date.now()
  },
  // Whether the store is used, and all that was kept for it is written; and what it has.
  state: async () => {
    const { breaker, keptInvalidations } = kept.state()
    return { isWell: breaker === 'closed' && keptInvalidations === 0, value: values.peek('a') ?? -1 }
  },
  share: (value) => values.set('shared', value, { ttlMs: 60_000 }),
  shared: () => values.get('shared'),
  told: () => ({ ...round, failures }),
  close: async () => {
    isOver = true
    clearInterval(watch)
    await asking
    await kept.close()
  },
}

async function answer({ id, name, value }) {
  const given = await does[name](value)
  process.send({ id, answer: given }, () => void (name === 'close' && process.disconnect()))
}
process.on('message', (message) => void answer(message))
process.send({ id: 0 })
