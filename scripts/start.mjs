// Without this file `npm start` does not bring up the quickstart on a machine with only Node 20 and npm.
// The service must get each signal once (a second one means "end at once") and must not outlive this process.
import { join } from 'node:path'
import { install, root, run, runOrExit } from './pinned.mjs'

// The channel closes when this process is killed, whatever the signal: then the service drains and ends.
// It must not keep a service alive that has stopped.
const LIFELINE =
  "process.once('disconnect', () => process.kill(process.pid, 'SIGTERM')); process.channel?.unref()"

await install()
await runOrExit('pnpm', ['--reporter=append-only', 'run', 'build'])
process.exitCode = await run('node', ['--import', `data:text/javascript,${LIFELINE}`, 'src/main.ts'], {
  cwd: join(root, 'examples', 'quickstart'),
  service: true,
})
