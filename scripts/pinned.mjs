// Without this file a machine that has only Node 20 and npm can neither start nor test the repository:
// it installs the workspace with the pinned pnpm and runs everything else on the Node of node_modules/.bin.
// Runs before anything is installed, so: plain JavaScript, Node built-ins only.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** One Ctrl-C arrives up to three times: from the terminal, from npm, and from npm's shell. */
const SAME_SIGNAL_MS = 300

/**
 * Runs a program from the root and resolves with its exit code; signals are forwarded.
 * A `service` counts signals (the second one ends it at once), so it gets a process group of its own, where the
 * terminal does not reach it, and an IPC channel, whose end tells it that this process was killed.
 */
export function run(command, args, { cwd = root, service = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      detached: service,
      stdio: service ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...env },
    })
    const forward = forwarder(child)
    for (const signal of SIGNALS) process.on(signal, forward)
    const done = () => SIGNALS.forEach((signal) => process.off(signal, forward))
    child.once('error', (error) => (done(), reject(error)))
    child.once('exit', (code, signal) => {
      done()
      if (signal !== null) process.kill(process.pid, signal)
      resolve(code ?? 1)
    })
  })
}

function forwarder(child) {
  const last = new Map()
  return (signal) => {
    const now = Date.now()
    if (now - (last.get(signal) ?? 0) < SAME_SIGNAL_MS) return
    last.set(signal, now)
    child.kill(signal)
  }
}

/** Installs what the lockfile says. Exits the process when that fails. */
export async function install() {
  const pnpm = join(bin, 'pnpm')
  const command = existsSync(pnpm) ? [pnpm] : ['npx', '--yes', `pnpm@${pinned('pnpm')}`]
  // What is installed runs on the pinned Node: of the one that installs it there is nothing to warn.
  const node = `--config.node-version=${pinned('node')}`
  const [program, ...rest] = [...command, 'install', '--frozen-lockfile', '--reporter=append-only', node]
  await runOrExit(program, rest, { env: { CI: 'true' } })
}

/** Runs a program on the pinned Node and PATH; a failure ends this process with the same code. */
export async function runOrExit(command, args, options) {
  const code = await run(command, args, options)
  if (code !== 0) process.exit(code)
}

function pinned(name) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies[name]
}
