// Without this file `npm start` does not bring up an example on a machine with only Node 20 and npm.
// The service must get each signal once (a second one means "end at once") and must not outlive this process.
import { exampleOrExit } from './examples.mjs'
import { install, run, runOrExit } from './pinned.mjs'

// The channel closes when this process is killed, whatever the signal: then the service drains and ends.
// It must not keep a service alive that has stopped.
const LIFELINE =
  "process.once('disconnect', () => process.kill(process.pid, 'SIGTERM')); process.channel?.unref()"

const { dir, scripts } = exampleOrExit(process.argv[2] ?? 'quickstart')
await install()
await runOrExit('pnpm', ['--reporter=append-only', 'run', 'build'])
if (scripts.build !== undefined) await runOrExit('pnpm', ['run', 'build'], { cwd: dir })
// The script `start` ends with the file that it runs.
const main = scripts.start.split(' ').at(-1)
process.exitCode = await run('node', ['--import', `data:text/javascript,${LIFELINE}`, main], {
  cwd: dir,
  service: true,
})
