// Started by answer-batch.test.ts: ends the process in the turn in which it has answered as many requests as the argument says.
import { createApp, route } from '../src/index.ts'

const wanted = Number(process.argv[2])
let answered = 0

const app = createApp({
  log: false,
  routes: {
    show: route.get('/', { access: 'public' }, () => 'shown'),
    wait: route.get('/wait', { access: 'public' }, () => {
      // What is sent in the meantime is served in one turn.
      const until = performance.now() + 300
      while (performance.now() < until);
      return 'waited'
    }),
    last: route.get('/last', { access: 'public' }, () => {
      if (++answered === wanted) process.nextTick(() => process.exit(0))
      return 'answered'
    }),
  },
})
const { port } = await app.listen({ port: 0 })
process.stdout.write(`${port}\n`)
