import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('the deadline of a call that is over does not keep the process alive', async () => {
  const file = fileURLToPath(new URL('./invoke-deadline-child.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file], { timeout: 30_000 })
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: 'called' })
})
