// Started by invoke-deadline.test.ts: calls a route with a deadline in an app that nobody stops.
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp, route } from '../src/index.ts'

const a = route.get('/', { access: 'public', deadlineMs: 600_000 }, async ({ detach }) => {
  // Its deadline, which nobody waits for, stands in the same wheel.
  detach('endless', () => new Promise(() => undefined))
  await sleep(1)
  return 'called'
})
const app = createApp({ log: false, routes: { a } })
await app.start()
const result = await app.invoke('a')
process.stdout.write(JSON.stringify(result))
