// Whether verified tokens fill the memory: `node dist/programs/bearer-heap.js [verifications]` sends a million tokens, each of them new, through `bearer()`
// and prints the heap at each tenth, after a collection. It is flat when the last lines are as the third.
import { createHmac } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createApp, route } from '@keelson/core'
import { bearer, signedIn } from '@keelson/auth'
import { JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET } from '../domain/security.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const count = Number(process.argv[2] ?? 1_000_000)
const AT_ONCE = 64
const scheme = bearer({
  issuer: JWT_ISSUER,
  audience: JWT_AUDIENCE,
  secret: JWT_SECRET,
  user: ({ sub }) => ({ id: sub }),
})
const me = route.use(scheme).get('/', { access: signedIn() }, ({ user }) => user.id)
const app = createApp({ routes: { me }, log: false, mode: 'production' })
await app.start()

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const head = part({ alg: 'HS256', typ: 'JWT' })
const exp = Math.floor(Date.now() / 1000) + 86_400
function tokenOf(sub: string): string {
  const input = `${head}.${part({ iss: JWT_ISSUER, aud: JWT_AUDIENCE, sub, exp })}`
  return `${input}.${createHmac('sha256', JWT_SECRET).update(input).digest('base64url')}`
}

async function ask(at: number): Promise<void> {
  const headers = { authorization: `Bearer ${tokenOf(`user ${at}`)}` }
  const { status } = await app.fetch(new Request('http://localhost/', { headers }))
  if (status !== 200) throw new Error(`A good token was answered with ${status}.`)
}

const began = performance.now()
for (let at = 0, next = count / 10; at < count; at += AT_ONCE) {
  await Promise.all(Array.from({ length: AT_ONCE }, (_, one) => ask(at + one)))
  if (at + AT_ONCE < next) continue
  next += count / 10
  collect()
  const megabytes = process.memoryUsage().heapUsed / 1_048_576
  const seconds = (performance.now() - began) / 1000
  console.log(`${at + AT_ONCE} verifications, ${megabytes.toFixed(1)} MiB, ${seconds.toFixed(0)} s`)
}
await app.stop()
