// Started by server-signals.test.ts. The argument says what it does when it is told to end.
import { handleSignals } from '../src/app/signals.ts'

const [mode = 'clean'] = process.argv.slice(2)
const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}
const keepAlive = setInterval(() => undefined, 1000)

const release = handleSignals({
  onStop: async (signal) => {
    say(`stop ${signal}`)
    if (mode === 'fail') throw new Error('cannot stop')
    if (mode === 'hang') return new Promise(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 20))
    clearInterval(keepAlive)
    release()
    say('stopped')
  },
  onError: (error) => say(`failed ${(error as Error).message}`),
})
if (mode === 'release') release()
say('ready')
