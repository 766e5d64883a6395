import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findPostgres, makePostgres } from './servers.ts'

const CHILD = fileURLToPath(new URL('./unawaited-child.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly answers: readonly string[]
  readonly logged: readonly Record<string, unknown>[]
  readonly stderr: string
}

function run(args: readonly string[], flags: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--no-warnings', ...flags, CHILD, ...args],
      { timeout: 60_000 },
      (_error, stdout, stderr) => {
        const lines = stdout.trim().split('\n')
        resolve({
          code: child.exitCode,
          answers: lines.filter((line) => line.startsWith('answer ')),
          logged: lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as never] : [])),
          stderr,
        })
      },
    )
  })
}

const ANSWERS = ['answer /each 500', 'answer /taken 500', 'answer /tagged 500', 'answer /count 200 0']

/** The messages of what nobody awaited. */
function unawaited({ logged }: Ended): string[] {
  return logged.flatMap(({ msg, err }) =>
    String(msg).startsWith('a function that nobody awaits') ? [(err as { message: string }).message] : [],
  )
}

describe('a process whose routes forget to await', { timeout: 90_000 }, () => {
  it('goes on, and answers, on SQLite', async () => {
    const ended = await run([''])
    expect(ended).toMatchObject({ code: 0, answers: ANSWERS, stderr: '' })
    expect(unawaited(ended)).toContainEqual(
      expect.stringMatching(/notes\.insert \(.*unawaited-child\.ts:\d+\) was called in .*, which is over/),
    )
  })

  it('goes on, and answers, on PostgreSQL', async (context) => {
    const { url, reason } = await findPostgres()
    if (url === undefined) return context.skip(reason)
    const made = await makePostgres(url)
    const ended = await run([made.url])
    await made.drop()
    expect(ended).toMatchObject({ code: 0, answers: ANSWERS, stderr: '' })
    expect(unawaited(ended)).toContainEqual(
      expect.stringMatching(/notes\.insert \(.*unawaited-child\.ts:\d+\) was called in .*, which is over/),
    )
  })

  it.each(['/own', '/outside'])('ends as Node ends it for another rejection: %s', async (path) => {
    const ended = await run(['', path])
    expect(ended).toMatchObject({ code: 1, answers: ANSWERS })
    expect(ended.stderr).toMatch(path === '/own' ? /Error: of the program/ : /selec/)
  })

  it('does as it was started to', async () => {
    const { code, stderr } = await run([''], ['--unhandled-rejections=strict'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/which is over/)
  })
})
