// W7: `workers.js <count> <server>` runs a server in so many processes that share its port.
import cluster from 'node:cluster'

const [count, exec = ''] = process.argv.slice(2)
cluster.setupPrimary({ exec, args: [] })
for (let worker = 0; worker < Number(count); worker += 1) cluster.fork()
process.once('SIGTERM', () => {
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
  process.exit(0)
})
