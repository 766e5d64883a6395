// Runs a command of an app, as `keelson` does.
import { tmpdir } from 'node:os'
import { createApp, SetupError, type AppMode, type Plugin } from '@keelson/core'

/** What a command printed, and its exit code. */
export interface Ended {
  readonly code: unknown
  readonly out: string
  readonly err: string
}

/** Runs a command of an app, with arguments as the command line gives them. */
export async function runCommand(
  plugins: readonly Plugin[],
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  mode: AppMode = 'test',
): Promise<Ended> {
  const app = createApp({ routes: {}, plugins, mode, log: { level: 'silent' } })
  const { commands, checkedApp } = app['~internal']
  const { command } = commands.find((one) => one.name === name)!
  let [out, err] = ['', '']
  const io = {
    cwd: tmpdir(),
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  }
  const defaults = {
    steps: 1,
    inProduction: false,
    ts: false,
    seed: false,
    write: false,
    words: [],
    names: [],
    drop: [],
  }
  try {
    const code = await command.run({
      app: checkedApp(),
      args: { ...defaults, ...args } as never,
      io,
      signal: new AbortController().signal,
    })
    return { code, out, err }
  } catch (error) {
    return { code: SetupError.is(error) ? 1 : error, out, err: (error as Error).message }
  }
}
